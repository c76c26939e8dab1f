import { useState } from 'preact/hooks';
import { PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { INVITED_ROLES, type InvitedRole } from '../../../worker/protocol/seats.ts';
import { t } from '../../messages/translate.ts';
import type { PeopleList } from '../../state/people-list.ts';
import { Field } from '../Field.tsx';
import { MadeLink } from './MadeLink.tsx';
import { RoleChoice } from './RoleChoice.tsx';

/** Makes a link for one person, and shows it once. */
export function Invite({ list }: { list: PeopleList }) {
  const [role, setRole] = useState<InvitedRole>('worker');
  const [name, setName] = useState('');
  const made = list.made.value;
  if (made) return <MadeLink made={made} onDone={() => list.put()} />;

  const { failure, busy } = list;
  const invite = async (event: Event) => {
    event.preventDefault();
    if (await list.invite(role, name)) setName('');
  };
  return (
    <details class="invite">
      <summary>{t('invite.title')}</summary>
      <form class="form" onSubmit={invite}>
        <p>{t('invite.lead')}</p>
        <RoleChoice
          legend={t('invite.role')}
          name="invited"
          roles={INVITED_ROLES}
          chosen={role}
          busy={busy.value}
          onChoose={setRole}
        />
        <Field label={t('invite.name')} hint={t('invite.nameHint')}>
          {(field) => (
            <input
              {...field}
              class="field"
              autocomplete="off"
              maxLength={PERSON_NAME_CHARS_MAX}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        {failure.value?.of === null && list.people.value !== null && (
          <p class="bad" role="alert">
            {t('invite.failed', { why: t(`error.${failure.value.problem}`) })}
          </p>
        )}
        <button type="submit" class="action" data-next disabled={busy.value}>
          {t(busy.value ? 'invite.doing' : 'invite.do')}
        </button>
      </form>
    </details>
  );
}
