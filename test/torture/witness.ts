import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { HistoryLine } from '../checker/history.ts';

/** Writes down what happens to the edits of a run, for the checker. */
export class Witness {
  readonly lines: HistoryLine[] = [];
  readonly #answers = new Map<string, string>();

  /** Edits the hub has answered. */
  get answered(): number {
    return this.#answers.size;
  }

  invoke(device: string, person: string, edit: Edit): void {
    const { id, seq: _, base: _b, at, author: _a, ...intent } = edit;
    this.lines.push({ kind: 'invoke', at, edit: id, device, person, intent: intent satisfies Intent });
  }

  saved(edit: string): void {
    this.lines.push({ kind: 'saved', at: Date.now(), edit });
  }

  fail(edit: string, why: string): void {
    this.lines.push({ kind: 'fail', at: Date.now(), edit, why });
  }

  unknown(edit: string): void {
    this.lines.push({ kind: 'unknown', at: Date.now(), edit });
  }

  settled(edit: string): void {
    this.lines.push({ kind: 'settled', at: Date.now(), edit });
  }

  /** The first answer, and any that differs from it. */
  ok(edit: string, outcome: Outcome): void {
    // The hub has another edit under this seq: the device asks again under the next.
    if (outcome.outcome === 'rejected' && outcome.code === 'seq-reused') return;
    const version = 'version' in outcome ? outcome.version : null;
    const gist = JSON.stringify([outcome.outcome, version, outcome.at]);
    if (this.#answers.get(edit) === gist) return;
    this.#answers.set(edit, gist);
    this.lines.push({ kind: 'ok', at: Date.now(), edit, outcome });
  }
}
