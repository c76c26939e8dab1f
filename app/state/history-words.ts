import type { CarDiff, HistoryEntry, Settled } from '../../worker/protocol/history.ts';
import { t } from '../messages/translate.ts';
import { carWords, fieldWords } from './field-words.ts';

/** Who reads, and who everybody is. */
export interface People {
  you: string | null;
  nameOf(person: string): string;
}

/** A version of many cars names this many. */
const NAMED_MAX = 4;

/** What one version did, in a line. `you` is who reads it, `nameOf` gives the name of anybody else. */
export function historyWords(entry: HistoryEntry, people: People): string {
  if (entry.settled) return settledWords(entry.settled, entry.by, people);
  if (entry.renamed) {
    const names = entry.renamed.map((renaming) => t('history.newName', { ...renaming }));
    return t('history.renamed', { names: names.join(t('list.comma')) });
  }
  const words = carsWords(entry);
  if (entry.type === 'import') {
    const count = entry.cars.length;
    return count === 1 ? t('history.byImport', { what: words }) : t('history.imported', { count });
  }
  return entry.type === 'undo' ? t('history.undid', { what: words }) : words;
}

/** How somebody's open change was settled: "kept Wes’s change of 128414". */
function settledWords({ author, cars, choice }: Settled, by: string, { you, nameOf }: People): string {
  const isOwn = author === by;
  const whose =
    author === you
      ? t('history.yours')
      : isOwn
        ? t('history.theirOwn')
        : t('history.whose', { name: nameOf(author) });
  const change = cars.length === 0 ? whose : t('history.changeOf', { whose, cars: listOf(cars) });
  return t(`history.settled.${choice}`, { change });
}

function carsWords({ cars, type }: HistoryEntry): string {
  const [only] = cars;
  if (cars.length === 1 && only) return carWords(only.id, diffWords(only, type));
  return t('history.cars', { count: cars.length, cars: listOf(cars.map(({ id }) => id)) });
}

function listOf(cars: readonly string[]): string {
  const named = cars.slice(0, NAMED_MAX);
  const more = cars.length - named.length;
  return [...named, ...(more > 0 ? [t('history.andMore', { count: more })] : [])].join(t('list.comma'));
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
