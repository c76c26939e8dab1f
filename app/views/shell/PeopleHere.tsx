import { t } from '../../messages/translate.ts';
import { initialsOf } from '../../state/presence.ts';
import { useApp, useSite } from '../context.ts';

/** Faces beyond this are a number. */
const SHOWN_MAX = 3;

/** Who is on the site now, as initials; opens the list. */
export function PeopleHere() {
  const { router } = useApp();
  const people = useSite().people.value;
  if (people.length === 0) return null;
  const more = people.length - SHOWN_MAX;
  return (
    <button
      type="button"
      class="people"
      aria-label={t('people.here', { count: people.length })}
      onClick={() => router.open({ type: 'sheet', sheet: 'people', car: null })}
    >
      {people.slice(0, SHOWN_MAX).map((person) => (
        <span key={person.id} class="avatar" data-text={initialsOf(person.name)} aria-hidden="true" />
      ))}
      {more > 0 && <span class="people-more" data-text={`+${more}`} aria-hidden="true" />}
    </button>
  );
}
