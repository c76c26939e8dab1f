import type { Car } from '../../worker/protocol/car.ts';
import { t } from '../messages/translate.ts';
import { carWords, fieldWords } from './field-words.ts';

/** Remote changes are read out together, this often: a busy board would never stop talking. */
export const GATHER_MS = 5_000;
/** More changed cars than this are told by their number alone. */
const TOLD_MAX = 3;

type Cars = ReadonlyMap<string, Car>;

/** The cars that somebody other than `you` has changed between two moments, as they are now. */
export function remoteChanges(before: Cars, after: Cars, you: string | null): Car[] {
  const changed = [];
  for (const car of after.values()) {
    if (before.get(car.id) !== car && before.get(car.id)?.version !== car.version && car.updatedBy !== you) {
      changed.push(car);
    }
  }
  return changed;
}

/**
 * What has become of cars since `before`, in one line; empty where nothing has that a person would notice.
 * `ids` are those that others have changed.
 */
export function announcements(before: Cars, after: Cars, ids: Iterable<string>): string {
  const lines = [];
  for (const id of ids) {
    const car = after.get(id);
    const words = car ? changeWords(before.get(id), car) : [];
    if (words.length > 0) lines.push(carWords(id, words));
  }
  if (lines.length > TOLD_MAX) return t('say.changed', { count: lines.length });
  return lines.join(t('list.semicolon'));
}

function changeWords(before: Car | undefined, after: Car): string[] {
  if (!before || before.removed) return after.removed ? [] : [t('did.added')];
  if (after.removed) return [t('did.removed')];
  return fieldWords({
    ...((after.arrived !== before.arrived || (before.empty && !after.empty)) && { arrived: after.arrived }),
    ...(after.empty !== before.empty && { empty: after.empty }),
    ...(after.late !== before.late && { late: after.late }),
    ...(after.location !== before.location && { location: after.location }),
    ...(after.notes !== before.notes && { notes: after.notes }),
  });
}
