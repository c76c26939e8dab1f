import { useEffect, useRef, useState } from 'preact/hooks';
import { PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { hasRole, TOKEN_ROLES, type TokenRole } from '../../../worker/protocol/site.ts';
import { t } from '../../messages/translate.ts';
import type { TokenList } from '../../state/token-list.ts';
import { useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { wordsOf } from './words.ts';

/** A week for a trial, a year at most. */
const DAYS = [7, 30, 90, 180, 365] as const;
const DAYS_USUAL = 90;

/** Asks what a token is to be, and makes it. */
export function TokenForm({ list, onDone }: { list: TokenList; onDone: () => void }) {
  const site = useSite();
  const [name, setName] = useState('');
  const [role, setRole] = useState<TokenRole>('viewer');
  const [days, setDays] = useState<number>(DAYS_USUAL);
  const [problem, setProblem] = useState<{ name?: string; other?: string }>({});
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  const make = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem({ name: t('tokens.nameMissing') });
    setProblem({});
    setBusy(true);
    const refused = await list.make({ name: name.trim(), role, days });
    setBusy(false);
    if (!refused) return onDone();
    if (refused.field === 'name') setProblem({ name: t('tokens.nameTaken') });
    else setProblem({ other: t('tokens.notMade', { why: wordsOf(refused.code) }) });
  };
  return (
    <form class="form" onSubmit={make} noValidate>
      <Field label={t('tokens.name')} hint={t('tokens.nameHint')} error={problem.name}>
        {(field) => (
          <input
            {...field}
            ref={first}
            class="field"
            value={name}
            maxLength={PERSON_NAME_CHARS_MAX}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <fieldset class="choice">
        <legend>{t('tokens.role')}</legend>
        {TOKEN_ROLES.filter((one) => hasRole(site.role, one)).map((one) => (
          <label key={one}>
            <input type="radio" name="role" checked={role === one} onChange={() => setRole(one)} />
            <span>{t(one === 'viewer' ? 'tokens.role.viewer' : `role.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field label={t('tokens.days')}>
        {(field) => (
          <select
            {...field}
            class="field"
            value={String(days)}
            onChange={({ currentTarget }) => setDays(Number(currentTarget.value))}
          >
            {DAYS.map((count) => (
              <option key={count} value={String(count)}>
                {t('tokens.dayCount', { count })}
              </option>
            ))}
          </select>
        )}
      </Field>
      {problem.other && (
        <p class="bad" role="alert">
          {problem.other}
        </p>
      )}
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'tokens.doing' : 'tokens.do')}
      </button>
      <button type="button" class="button" data-quiet onClick={onDone}>
        {t('tokens.cancel')}
      </button>
    </form>
  );
}
