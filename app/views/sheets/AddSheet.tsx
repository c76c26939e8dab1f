import { useState } from 'preact/hooks';
import { parseCarId } from '../../../worker/protocol/car.ts';
import { CAR_ID_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { SheetHead } from '../SheetHead.tsx';

/** A car that no roster has. `car` is what the person has typed already. */
export function AddSheet({ car }: { car: string | null }) {
  const { router } = useApp();
  const site = useSite();
  const [text, setText] = useState(car ?? '');
  const [location, setLocation] = useState(site.locations.value[0] ?? '');
  const [bad, setBad] = useState(false);
  const id = parseCarId(text);
  const present = id === null ? undefined : site.view.value.cars.get(id);
  const exists = present !== undefined && !present.removed;
  const open = (opened: string) => {
    site.keypad.clear();
    router.open({ type: 'car', car: opened, part: 'car' });
  };
  const add = async (event: Event) => {
    event.preventDefault();
    setBad(id === null);
    if (id === null || exists) return;
    if (await site.do({ type: 'add', car: id, fields: { location } })) open(id);
  };
  const restore = async () => {
    if (id !== null && (await site.do({ type: 'restore', car: id }))) open(id);
  };
  return (
    <>
      <SheetHead title={t('add.title')} />
      <form class="sheet-body form" onSubmit={add} noValidate>
        <Field
          label={t('add.number')}
          hint={t('add.numberHint', { count: CAR_ID_CHARS_MAX })}
          error={bad ? t('add.bad') : exists && id ? t('add.exists', { car: id }) : null}
        >
          {(field) => (
            <input
              {...field}
              class="field number-field"
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              maxLength={CAR_ID_CHARS_MAX}
              value={text}
              onInput={(event) => {
                setBad(false);
                setText(event.currentTarget.value);
              }}
            />
          )}
        </Field>
        {exists && id !== null && (
          <button type="button" class="button" onClick={() => open(id)}>
            {t('add.open', { car: id })}
          </button>
        )}
        {present?.removed && id !== null && site.may('restore') && (
          <div class="hint">
            <p>{t('add.wasRemoved', { car: id })}</p>
            <button type="button" class="button" onClick={restore}>
              {t('add.restore', { car: id })}
            </button>
          </div>
        )}
        <Field label={t('add.location')}>
          {(field) => (
            <select
              {...field}
              class="field"
              value={location}
              onChange={(event) => setLocation(event.currentTarget.value)}
            >
              {site.locations.value.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" class="action" data-next disabled={text.trim() === '' || exists}>
          {t('add.do')}
        </button>
      </form>
    </>
  );
}
