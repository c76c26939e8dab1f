import { useState } from 'preact/hooks';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { siteRoute } from '../../state/app-state.ts';
import { shiftProblems } from '../../state/shift-form.ts';
import { emptyForm, newSiteOf, type SiteForm } from '../../state/site-form.ts';
import { addSite } from '../../state/sites-api.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { TimeZoneField } from '../TimeZoneField.tsx';
import { LocationList } from './LocationList.tsx';
import { ShiftList } from './ShiftList.tsx';

const NO_CARS = new Map<string, number>();

/** Another site, of which whoever makes it is the administrator. */
export function NewSite() {
  const { router, session, ports } = useApp();
  const [form, setForm] = useState<SiteForm>(() => emptyForm(ports.surroundings.timeZone));
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<SiteForm>) => setForm({ ...form, ...part });

  const create = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (form.name.trim() === '') return setProblem(t('setup.missing'));
    // It says itself what is wrong.
    if (shiftProblems(form.shifts).some((found) => found !== null)) return;
    setBusy(true);
    setFailure(null);
    const reply = await addSite(ports.api, newSiteOf(form));
    if (!reply.ok) {
      setBusy(false);
      if (reply.field === 'name') setProblem(t('error.invalid'));
      else setFailure(t(`error.${reply.code}`));
      return;
    }
    // From the answer the browser has the session that knows the site.
    await session.refresh();
    router.go(siteRoute(reply.value.id), 'replace');
  };
  return (
    <div class="page">
      <h1>{t('newSite.title')}</h1>
      <p class="lead">{t('newSite.lead')}</p>
      <form class="form" onSubmit={create} noValidate>
        <Field label={t('setup.name')} error={problem}>
          {(field) => (
            <input
              {...field}
              class="field"
              value={form.name}
              autocomplete="off"
              onInput={({ currentTarget }) => {
                set({ name: currentTarget.value });
                setProblem(null);
              }}
            />
          )}
        </Field>
        <TimeZoneField value={form.timeZone} onChoose={(timeZone) => set({ timeZone })} />
        <LocationList
          locations={form.locations}
          cars={NO_CARS}
          onChange={(locations) => set({ locations })}
        />
        <ShiftList shifts={form.shifts} onChange={(shifts) => set({ shifts })} />
        {failure !== null && (
          <p class="bad" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" class="action" data-next disabled={busy}>
          {t(busy ? 'setup.doing' : 'setup.do')}
        </button>
      </form>
    </div>
  );
}
