import { useEffect, useState } from 'preact/hooks';
import { SETTINGS_ACCESS } from '../../../worker/protocol/access.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { shiftProblems } from '../../state/shift-form.ts';
import { carsByLocation, changeOf, formOf, type SiteForm, withName } from '../../state/site-form.ts';
import { changeSite } from '../../state/sites-api.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { TimeZoneField } from '../TimeZoneField.tsx';
import { LocationList } from './LocationList.tsx';
import { NewSite } from './NewSite.tsx';
import { ShiftList } from './ShiftList.tsx';

/** Name, time zone, locations and shifts of the open site, or of one that is made here; for administrators. */
export function SiteScreen() {
  const { value: route } = useApp().router.route;
  return route.at === 'site' && route.query.has('new') ? <NewSite /> : <OpenSite />;
}

function OpenSite() {
  const site = useSite();
  const live = site.view.value.site;
  const isTheirs = hasRole(site.role, SETTINGS_ACCESS);
  return (
    <div class="page">
      <h1>{t('site.title')}</h1>
      {!isTheirs && <p>{t('site.forbidden')}</p>}
      {isTheirs && (live ? <Settings live={formOf(live)} /> : <p class="loading">{t('app.loading')}</p>)}
    </div>
  );
}

type Saving =
  | { is: 'none' }
  | { is: 'now' }
  | { is: 'done' }
  | { is: 'refused'; words: string; isLocation: boolean };

/** `live`: the settings as the hub has them, which another administrator may change meanwhile. */
function Settings({ live }: { live: SiteForm }) {
  const { ports } = useApp();
  const site = useSite();
  const [form, setForm] = useState(live);
  /** What `form` began as, and what the hub had then. */
  const [base, setBase] = useState(live);
  const [seen, setSeen] = useState(() => JSON.stringify(live));
  const [saving, setSaving] = useState<Saving>({ is: 'none' });
  const change = changeOf(form, base);
  const key = JSON.stringify(live);
  const isNews = key !== seen && key !== JSON.stringify(base);
  const take = () => {
    setForm(live);
    setBase(live);
    setSeen(key);
  };
  useEffect(() => {
    if (isNews && !change) take();
  });
  const set = (part: Partial<SiteForm>) => {
    setForm({ ...form, ...part });
    setSaving({ is: 'none' });
  };
  const isWrong = form.name.trim() === '' || shiftProblems(form.shifts).some((problem) => problem !== null);
  const nameProblem = form.name.trim() === '' ? t('setup.missing') : null;

  const save = async (event: Event) => {
    event.preventDefault();
    if (!change || isWrong || saving.is === 'now') return;
    setSaving({ is: 'now' });
    const reply = await changeSite(ports.api, site.known.id, change);
    if (reply.ok) {
      const settled = formOf(reply.value);
      setForm(settled);
      setBase(settled);
      setSeen(key);
      setSaving({ is: 'done' });
      return;
    }
    const isLocation = reply.code === 'location-in-use';
    const words = isLocation ? t('site.inUse', { name: reply.detail ?? '' }) : t(`error.${reply.code}`);
    setSaving({ is: 'refused', words, isLocation });
  };
  return (
    <form class="form" onSubmit={save} noValidate>
      {isNews && change && (
        <div class="hint" role="status">
          <p>{t('site.theirs')}</p>
          <button type="button" class="button" onClick={take}>
            {t('site.takeTheirs')}
          </button>
        </div>
      )}
      <Field label={t('site.name')} error={nameProblem}>
        {(field) => (
          <input
            {...field}
            class="field"
            value={form.name}
            autocomplete="off"
            onInput={({ currentTarget }) => set({ name: currentTarget.value })}
          />
        )}
      </Field>
      <TimeZoneField value={form.timeZone} onChoose={(timeZone) => set({ timeZone })} />
      <LocationList
        locations={form.locations}
        cars={carsByLocation(site.cars.value, form.renames)}
        error={saving.is === 'refused' && saving.isLocation ? saving.words : null}
        onChange={(locations) => set({ locations })}
        onRename={(name, text) => {
          const named = withName(form, name, text, base);
          if ('problem' in named) return named.problem;
          set(named);
          return null;
        }}
      />
      <ShiftList shifts={form.shifts} onChange={(shifts) => set({ shifts })} />
      {saving.is === 'refused' && !saving.isLocation && (
        <p class="bad" role="alert">
          {saving.words}
        </p>
      )}
      <p class="small" role="status">
        {saving.is === 'done' ? t('site.saved') : change ? t('site.unsaved') : ''}
      </p>
      <button type="submit" class="action" data-next aria-disabled={!change || isWrong}>
        {t(saving.is === 'now' ? 'site.saving' : 'site.save')}
      </button>
    </form>
  );
}
