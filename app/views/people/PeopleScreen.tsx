import { useEffect, useMemo } from 'preact/hooks';
import '../../messages/add-people.ts';
import { t } from '../../messages/translate.ts';
import { peopleApi } from '../../state/people-api.ts';
import { PeopleList } from '../../state/people-list.ts';
import { useApp, useSite } from '../context.ts';
import { Invitations } from './Invitations.tsx';
import { Invite } from './Invite.tsx';
import { PersonRow } from './PersonRow.tsx';

/** Who belongs to the site, and who is invited: for leads. */
export function PeopleScreen() {
  const { ports, session } = useApp();
  const site = useSite();
  const list = useMemo(() => new PeopleList(peopleApi(ports.api), site.known.id), [ports, site]);
  useEffect(() => void list.load(), [list]);
  const { state } = session;
  const own = state.value.state === 'signed-in' ? state.value.me.person.id : null;
  const people = list.people.value;
  const failure = list.failure.value;
  return (
    <div class="page">
      <h1>{t('team.title')}</h1>
      {people === null && failure === null && <p class="loading">{t('team.loading')}</p>}
      {people === null && failure !== null && (
        <p class="bad" role="alert">
          {t('team.failed', { why: t(`error.${failure.problem}`) })}
        </p>
      )}
      {people !== null && (
        <>
          <Invite list={list} />
          <Invitations list={list} people={people} />
          <section aria-labelledby="members">
            <h2 id="members">{t('team.members', { count: people.people.length })}</h2>
            <ul class="lines" aria-label={t('team.title')}>
              {people.people.map((person) => (
                <PersonRow key={person.id} list={list} person={person} isOwn={person.id === own} />
              ))}
            </ul>
          </section>
        </>
      )}
    </div>
  );
}
