import type { StoreChange } from '../../app/sync/store.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { DownMessage } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { HistoryLine } from '../checker/history.ts';
import type { Situations } from './situations.ts';
import type { Timeline } from './timeline.ts';

/** Keeps the history of a run. */
export class Recorder {
  readonly lines: HistoryLine[] = [];
  readonly #saved = new Set<string>();
  readonly #answers = new Map<string, string>();
  /** Ids of edits by the device they were made on. */
  readonly #made = new Map<string, Set<string>>();
  /** What was made of what a tab has asked for, by the request's id. */
  readonly #requests = new Map<string, string>();
  /** Which client has made an edit. */
  readonly #makers = new Map<string, object>();
  /** Ids of edits that have been on a disk. */
  readonly #kept = new Set<string>();
  readonly #timeline: Timeline;
  readonly #situations: Situations;

  constructor(timeline: Timeline, situations: Situations) {
    this.#timeline = timeline;
    this.#situations = situations;
  }

  /** `client` is the one that has made it, for a device. */
  invoked(edit: Edit, { device, person }: { device: string; person: string }, client: object): void {
    const { id, seq: _, base: _b, at: _a, author: _p, ...intent } = edit;
    const maker = this.#makers.get(id);
    // One that led before had made it, and could not keep it: whoever leads next is asked again, and makes it.
    if (maker !== undefined && maker !== client && !this.#kept.has(id)) this.#unmake(id);
    this.#makers.set(id, client);
    this.#made.set(device, (this.#made.get(device) ?? new Set()).add(id));
    this.lines.push({ kind: 'invoke', at: this.#timeline.now, edit: id, device, person, intent });
  }

  /** Everything that was made on a device. */
  madeOn(device: string): Iterable<string> {
    return this.#made.get(device) ?? [];
  }

  isMadeOn(device: string, edit: string): boolean {
    return this.#made.get(device)?.has(edit) ?? false;
  }

  /** What a tab has asked for is done. It may ask again, and nothing more is made. */
  done(request: string, made: readonly Edit[]): void {
    const [edit] = made;
    if (!edit) return;
    const before = this.#requests.get(request);
    if (before !== undefined && before !== edit.id) {
      this.#timeline.fail(
        new Error(`E2 ${request} was asked for once and made twice, as ${before} and ${edit.id}`),
      );
    }
    this.#requests.set(request, edit.id);
  }

  /** It is as if it had never been made: what is in memory alone goes nowhere. */
  #unmake(edit: string): void {
    const at = this.lines.findIndex((line) => line.kind === 'invoke' && line.edit === edit);
    if (at >= 0) this.lines.splice(at, 1);
  }

  saved(edit: string): void {
    if (this.#saved.has(edit)) return;
    this.#saved.add(edit);
    this.lines.push({ kind: 'saved', at: this.#timeline.now, edit });
  }

  failed(edit: string, why: string): void {
    this.lines.push({ kind: 'fail', at: this.#timeline.now, edit, why });
  }

  /** Its maker has lost sight of it. */
  lost(edit: string): void {
    this.lines.push({ kind: 'unknown', at: this.#timeline.now, edit });
  }

  settled(edit: string): void {
    this.#situations.saw('an item settled');
    this.lines.push({ kind: 'settled', at: this.#timeline.now, edit });
  }

  /** An answer that has reached its maker. One that only asks for another seq is none. */
  answered(edit: string, outcome: Outcome): void {
    if (outcome.outcome === 'rejected' && outcome.code === 'seq-reused') {
      this.#situations.saw('seq-reused');
      return;
    }
    const { effect: _, ...kept } = { effect: undefined, ...outcome };
    const text = JSON.stringify([
      kept.outcome,
      kept.seq,
      'version' in kept && kept.version,
      'code' in kept && kept.code,
    ]);
    const before = this.#answers.get(edit);
    if (before === text) {
      this.#situations.saw('a resend after a lost answer');
      return;
    }
    this.#answers.set(edit, text);
    if (outcome.outcome === 'conflict') this.#situations.saw('a conflict');
    if (outcome.outcome === 'rejected') {
      this.#situations.saw('a refusal');
      if (outcome.code === 'site-full' || outcome.code === 'notes-full') this.#situations.saw(outcome.code);
      if (outcome.code === 'other-epoch') this.#situations.saw('a review after another epoch');
    }
    this.lines.push({ kind: 'ok', at: this.#timeline.now, edit, outcome });
  }

  /** A disk has it now, whoever lives to hear of it. */
  written({ edits }: StoreChange): void {
    for (const { edit } of [...(edits?.put ?? []), ...(edits?.add ?? [])]) this.#kept.add(edit.id);
  }

  /** What an app has stored says how it understood its answers. */
  stored({ edits }: StoreChange): void {
    for (const { edit, outcome } of [...(edits?.put ?? []), ...(edits?.add ?? [])]) {
      if (outcome && !this.#answers.get(edit.id)?.startsWith(`["${outcome.outcome}"`))
        this.answered(edit.id, outcome);
    }
  }

  get edits(): number {
    let count = 0;
    for (const { kind } of this.lines) if (kind === 'invoke') count++;
    return count;
  }
}

/** What one connection has asked, so that its answers can be told apart. */
export class Asked {
  readonly #ids = new Map<number, string>();
  readonly #isOwn: (edit: string) => boolean;

  /** `isOwn`: made on the device that has the connection. */
  constructor(isOwn: (edit: string) => boolean) {
    this.#isOwn = isOwn;
  }

  sent(edits: readonly Edit[]): void {
    for (const { seq, id } of edits) this.#ids.set(seq, id);
  }

  /**
   * The answers in a frame, by the ids of their edits. What a cloned store has in its place is told to both devices of
   * one name, and is an answer to its maker alone.
   */
  *answersIn(message: DownMessage | { outcomes?: Outcome[] }): Iterable<[string, Outcome]> {
    if (!('outcomes' in message)) return;
    for (const outcome of message.outcomes ?? []) {
      const asked = this.#ids.get(outcome.seq);
      const id = outcome.id ?? asked;
      if (id !== undefined && (id === asked || this.#isOwn(id))) yield [id, outcome];
    }
  }
}
