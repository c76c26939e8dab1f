import { t } from '../../messages/translate.ts';
import type { PeopleList } from '../../state/people-list.ts';

/** Why what was asked of somebody, or of an invitation, has not been done. */
export function Problem({ list, of }: { list: PeopleList; of: string }) {
  const failure = list.failure.value;
  if (failure?.of !== of) return null;
  // A person's role is written before the hub is told of it.
  const isUntold = failure.problem === 'unavailable';
  return (
    <p class="bad" role="alert">
      {t(`error.${failure.problem}`)} {isUntold && t('team.untold')}
    </p>
  );
}
