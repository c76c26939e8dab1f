import { useRef } from 'preact/hooks';
import { SHIFT_NAME_CHARS_MAX, SHIFTS_MAX } from '../../../worker/protocol/limits.ts';
import type { Shift } from '../../../worker/protocol/site.ts';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { shiftLength, shiftProblems, withShift } from '../../state/shift-form.ts';
import { Field } from '../Field.tsx';
import { Icon } from '../Icon.tsx';

interface Props {
  shifts: readonly Shift[];
  onChange: (shifts: readonly Shift[]) => void;
}

/** The shifts of a site's day. Times are turned with a thumb, as the device does it. */
export function ShiftList({ shifts, onChange }: Props) {
  const title = useRef<HTMLHeadingElement>(null);
  const problems = shiftProblems(shifts);
  const put = (at: number, part: Partial<Shift>) =>
    onChange(shifts.map((shift, i) => (i === at ? { ...shift, ...part } : shift)));
  const remove = (at: number) => {
    onChange(shifts.filter((_, i) => i !== at));
    // What had the focus is gone.
    title.current?.focus();
  };
  return (
    <section aria-labelledby="shifts-title">
      <h2 id="shifts-title" tabIndex={-1} ref={title}>
        {t('shifts.title')}
      </h2>
      <p class="small">{t('shifts.hint')}</p>
      {shifts.map((shift, at) => (
        <fieldset key={at} class="shift" aria-label={t('shifts.shift', { number: at + 1 })}>
          <Field label={t('shifts.name')}>
            {(field) => (
              <input
                {...field}
                class="field"
                value={shift.name}
                maxLength={SHIFT_NAME_CHARS_MAX}
                autocomplete="off"
                onInput={({ currentTarget }) => put(at, { name: currentTarget.value })}
              />
            )}
          </Field>
          <button
            type="button"
            class="icon-button"
            aria-label={t('shifts.remove', { name: shift.name })}
            onClick={() => remove(at)}
          >
            <Icon name="trash" />
          </button>
          {(['start', 'end'] as const).map((edge) => (
            <Field key={edge} label={t(`shifts.${edge}`)}>
              {(field) => (
                <input
                  {...field}
                  type="time"
                  class="field"
                  value={shift[edge]}
                  onInput={({ currentTarget }) => put(at, { [edge]: currentTarget.value })}
                />
              )}
            </Field>
          ))}
          {problems[at] ? (
            <p class="bad" role="alert">
              {problems[at]}
            </p>
          ) : (
            <p class="small">{shiftLength(shift)}</p>
          )}
        </fieldset>
      ))}
      {shifts.length < SHIFTS_MAX && (
        <button type="button" class="button" onClick={() => onChange(withShift(shifts))}>
          <Icon name="plus" />
          {t('shifts.add')}
        </button>
      )}
    </section>
  );
}
