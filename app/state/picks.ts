import type { CarFields } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { Conflict } from '../../worker/protocol/outcome.ts';
import { bothNotes, mineAgain } from '../sync/resolution.ts';
import type { Attention, Decision } from '../sync/view.ts';
import type { WaysFacts } from './ways.ts';

/** What a person has chosen for one of several conflicts of an edit; values are a third choice. */
export type Pick = 'mine' | 'theirs' | 'both' | Partial<CarFields>;

/** The decision that all choices together are; null while one is missing, or cannot come about. */
export function decisionOf(
  { edit, outcome }: Attention,
  picks: ReadonlyMap<Conflict, Pick>,
  { cars }: WaysFacts,
): Decision | null {
  if (outcome.outcome !== 'conflict') return null;
  const { conflicts } = outcome;
  const chosen = conflicts.map((conflict) => picks.get(conflict));
  const [first] = chosen;
  if (first === 'theirs' && chosen.every((pick) => pick === first)) return { choice: first };
  if (first === 'mine' && chosen.every((pick) => pick === first)) return { choice: first };

  const mine = conflicts.filter((conflict) => picks.get(conflict) === 'mine');
  const intents: Intent[] = mine.length > 0 ? mineAgain(edit, { ...outcome, conflicts: mine }) : [];
  for (const [i, pick] of chosen.entries()) {
    const conflict = conflicts[i];
    if (pick === undefined || !conflict) return null;
    if (pick === 'mine' || pick === 'theirs') continue;
    const { car } = conflict;
    if (pick !== 'both') {
      intents.push({ type: 'set', car, fields: pick });
      continue;
    }
    const notes = bothNotes(cars.get(car)?.notes ?? conflict.theirs.notes ?? '', conflict.mine.notes ?? '');
    if (notes === null) return null;
    intents.push({ type: 'set', car, fields: { notes } });
  }
  return { choice: 'other', intents };
}
