import type { Outcome } from '../../worker/protocol/outcome.ts';
import { asKept, type EditRecords } from './edit-records.ts';
import type { EditRecord, Queue } from './store.ts';
import type { WaitingEdits } from './view.ts';

/** Queues of other people that have used this device: nothing in them is sent under anybody else's name (rule E4). */
export class WaitingQueues {
  readonly #records: EditRecords;
  #queues: readonly Queue[] = [];
  #view: readonly WaitingEdits[] | null = null;

  constructor(records: EditRecords) {
    this.#records = records;
  }

  get all(): readonly Queue[] {
    return this.#queues;
  }

  load(queues: readonly Queue[]): void {
    this.#queues = queues;
    this.#view = null;
  }

  /** What only its maker can send. */
  get view(): readonly WaitingEdits[] {
    this.#view ??= this.#queues.flatMap(({ number, person }) => {
      const edits = unansweredOf(this.#records, number).map(({ edit }) => edit);
      return person === null || edits.length === 0 ? [] : [{ author: person, edits }];
    });
    return this.#view;
  }

  of(person: string): Queue | undefined {
    return this.#queues.find((queue) => queue.person === person);
  }

  /** A queue comes to wait. */
  add(queue: Queue): void {
    this.load([queue, ...this.#queues]);
  }

  remove(queue: Queue): void {
    this.load(this.#queues.filter(({ number }) => number !== queue.number));
  }

  /** A queue that waits begins anew. */
  replace(queue: Queue, anew: Queue): void {
    this.load(this.#queues.map((one) => (one.number === queue.number ? anew : one)));
  }

  unanswered(queue: Queue): EditRecord[] {
    return unansweredOf(this.#records, queue.number);
  }

  /**
   * The hub has answered edits of a queue that is handed over. Those it refused for their author it has listed as
   * open, for a lead to settle. They stay here until it says that they are settled: its list has only so much room, and
   * of a large one not all. True where it has another edit under the seq of one of them.
   */
  answered(queue: Queue, outcomes: readonly Outcome[]): boolean {
    const bySeq = new Map(outcomes.map((outcome) => [outcome.seq, outcome]));
    let hasReused = false;
    for (const record of this.unanswered(queue)) {
      const outcome = bySeq.get(record.edit.seq);
      if (!outcome) continue;
      const isAnothers = outcome.id !== undefined && outcome.id !== record.edit.id;
      const isReused = outcome.outcome === 'rejected' && outcome.code === 'seq-reused';
      if (isAnothers || isReused) hasReused = true;
      else this.#records.put({ ...record, outcome: asKept(outcome) });
    }
    this.#view = null;
    if (this.unanswered(queue).length === 0) this.remove(queue);
    return hasReused;
  }
}

/** What the hub has not answered of a queue, in the order of the seqs. */
export function unansweredOf(records: EditRecords, queue: number): EditRecord[] {
  const found = [...records.all()].filter((record) => record.queue === queue && !record.outcome);
  return found.sort((a, b) => a.edit.seq - b.edit.seq);
}
