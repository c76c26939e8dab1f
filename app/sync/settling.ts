import type { Intent } from '../../worker/protocol/edit.ts';
import { type EditRecords, unsettledOf } from './edit-records.ts';
import type { OpenItems } from './open-items.ts';
import { intentsOfChoice, type NotesOf, type Open } from './resolution.ts';
import type { EditRecord } from './store.ts';
import type { Attention, Decision } from './view.ts';

/** What a decision comes to: what is to be queued, in order, and the records here that it settles. */
export interface Settling {
  intents: Intent[];
  settled: EditRecord[];
}

export interface SettlingFacts {
  records: EditRecords;
  open: OpenItems;
  notesOf: NotesOf;
  /** The hub takes decisions: it speaks protocol 2. */
  takesDecisions: boolean;
}

/**
 * Works out a decision on items. One that has been settled meanwhile, or for which it cannot come about, is left out; so
 * who has not heard that a decision was kept may ask for it again.
 */
export function settlingOf(items: readonly Attention[], decision: Decision, facts: SettlingFacts): Settling {
  const { records, open, notesOf, takesDecisions } = facts;
  const { choice } = decision;
  const intents: Intent[] = [];
  const settled: EditRecord[] = [];
  for (const item of items) {
    const { id } = item.edit;
    const record = records.get(id);
    const isOpenHere = record !== undefined && unsettledOf(record) !== null;
    // Before the first welcome what another device holds is known only to whoever asks.
    const mayBeListed = open.isListed(id) || (!item.isHere && !open.isKnown);
    if (!isOpenHere && (item.isHere || !mayBeListed || open.isDecided(id))) continue;
    // They are for all of the items together, and go once.
    if (decision.intents && intents.length === 0) intents.push(...decision.intents);
    if (!decision.intents && choice !== 'other') {
      const whole = isOpenHere ? wholeOf(record) : item.cut ? null : item;
      // Of one that is cut not all could be sent, and what an import has not in its rows it may take off the board.
      if (!whole && choice !== 'theirs') continue;
      const follows = intentsOfChoice(choice, whole ?? item, record?.cars, notesOf);
      // What an undo put back may not be known any more.
      const isLost = choice === 'mine' && item.edit.type === 'undo' && follows?.length === 0;
      if (!follows || isLost) continue;
      intents.push(...follows);
    }
    // The hub lists what it has refused before it says so: the word of it may still be on its way.
    if (mayBeListed || (takesDecisions && isAnswered(item)))
      intents.push({ type: 'settle', item: id, choice });
    if (isOpenHere) settled.push(record);
  }
  return { intents, settled };
}

/** A record has all of its edit, whatever the hub lists of it. */
function wholeOf(record: EditRecord): Open | null {
  const outcome = unsettledOf(record);
  return outcome && { edit: record.edit, outcome };
}

/** An edit of another epoch has not been answered in this one. */
function isAnswered({ outcome }: Attention): boolean {
  return outcome.outcome === 'conflict' || outcome.code !== 'other-epoch';
}
