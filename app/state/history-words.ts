import type { CarDiff, HistoryEntry } from '../../worker/protocol/history.ts';
import { t } from '../messages/translate.ts';
import { carWords, fieldWords } from './field-words.ts';

/** A version of many cars names this many. */
const NAMED_MAX = 4;

/** What one version did, in a line. */
export function historyWords(entry: HistoryEntry): string {
  const words = carsWords(entry);
  if (entry.type === 'import') {
    const count = entry.cars.length;
    return count === 1 ? t('history.byImport', { what: words }) : t('history.imported', { count });
  }
  return entry.type === 'undo' ? t('history.undid', { what: words }) : words;
}

function carsWords({ cars, type }: HistoryEntry): string {
  const [only] = cars;
  if (cars.length === 1 && only) return carWords(only.id, diffWords(only, type));
  const named = cars.slice(0, NAMED_MAX).map(({ id }) => id);
  const more = cars.length - named.length;
  const list = [...named, ...(more > 0 ? [t('history.andMore', { count: more })] : [])].join(t('list.comma'));
  return t('history.cars', { count: cars.length, cars: list });
}

/** What became of one car: "arrived, moved to 300 from Yard". */
export function diffWords({ before, after }: CarDiff, type: HistoryEntry['type']): string[] {
  if (before === null) return [t('did.added')];
  if (type === 'note' && after.notes !== undefined) {
    const text = after.notes.slice((before.notes ?? '').length).trim();
    return [t('history.note', { text })];
  }
  const words = fieldWords(after);
  if (after.location === undefined || before.location === undefined) return words;
  return [...words, t('history.wasAt', { location: before.location })];
}
