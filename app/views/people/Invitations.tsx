import type { People } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import type { PeopleList } from '../../state/people-list.ts';
import { useSite } from '../context.ts';
import { Problem } from './Problem.tsx';

/** Invitations that nobody has used yet. */
export function Invitations({ list, people }: { list: PeopleList; people: People }) {
  const { time } = useSite();
  const nameOf = (id: string) =>
    people.people.find((person) => person.id === id)?.name ?? t('person.unknown');
  if (people.invitations.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">{t('invite.open')}</h2>
      <ul class="lines">
        {people.invitations.map(({ id, name, role, by, expiresAt }) => (
          <li key={id} class="person">
            <div class="line">
              <span class="line-text">
                {name ?? t('invite.unnamed')}
                <small>
                  {t('invite.by', {
                    role: t(`role.${role}`),
                    name: nameOf(by),
                    time: time.value.full(expiresAt),
                  })}
                </small>
              </span>
              <button
                type="button"
                class="button"
                aria-label={name === null ? t('invite.withdrawUnnamed') : t('invite.withdrawOf', { name })}
                disabled={list.busy.value}
                onClick={() => void list.withdraw(id)}
              >
                {t('invite.withdraw')}
              </button>
            </div>
            <Problem list={list} of={id} />
          </li>
        ))}
      </ul>
    </section>
  );
}
