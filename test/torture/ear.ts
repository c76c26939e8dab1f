import type { Connection, Dial, Exchange } from '../../app/sync/connection.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { parseDown, parseSyncResponse } from '../../worker/protocol/parse-down.ts';
import type { Witness } from './witness.ts';

/**
 * Stands between a client and its ways to the hub. It hears which answers come and for whom, counts the connections
 * that have ended, and lets nothing through any more once the process is dead.
 */
export class Ear {
  /** Whom the hub has welcomed here. */
  readonly people = new Set<string>();
  welcomes = 0;
  /** Close codes of the connections that this side has not ended, in their order. */
  readonly lost: number[] = [];
  isDead = false;
  readonly #witness: Witness;
  readonly #times: number;
  #before: Connection | null = null;

  /** `times`: how often every frame goes, and comes; on the connection before as well. */
  constructor(witness: Witness, times = 1) {
    this.#witness = witness;
    this.#times = times;
  }

  dial(dial: Dial): Dial {
    return (events) => {
      if (this.isDead) return { send: () => {}, close: () => {} };
      const seqs = new Map<number, string>();
      const before = this.#before;
      let isOpen = false;
      let isLetGo = false;
      const connection = dial({
        opened: () => {
          isOpen = true;
          if (!this.isDead) events.opened();
        },
        message: (text) => {
          this.#hear(text, seqs);
          for (let i = 0; i < this.#times && !this.isDead; i++) events.message(text);
        },
        closed: (code) => {
          isOpen = false;
          if (!isLetGo) this.lost.push(code);
          if (!this.isDead) events.closed(code);
        },
      });
      const own: Connection = {
        send: (text) => {
          if (!isOpen || this.isDead) return;
          note(text, seqs);
          for (let i = 0; i < this.#times; i++) connection.send(text);
          if (this.#times > 1) before?.send(text);
        },
        close: () => {
          isLetGo = true;
          // Where everything goes more often than once, the connection before is kept for it.
          if (this.#times === 1) connection.close();
        },
      };
      this.#before = own;
      return own;
    };
  }

  exchange(exchange: Exchange): Exchange {
    return async (body) => {
      const answer = this.isDead ? { ok: false as const, code: null } : await exchange(body);
      if (this.isDead) return new Promise(() => {});
      const response = answer.ok ? parseSyncResponse(answer.body) : null;
      if (response) {
        const seqs = new Map<number, string>();
        note(body, seqs);
        this.people.add(response.you.person);
        this.#answers(response.outcomes, seqs);
      }
      return answer;
    };
  }

  #hear(text: string, seqs: Map<number, string>): void {
    if (this.isDead || !/^\{"type":"(?:welcome|outcomes)"/.test(text)) return;
    const message = parseDown(text);
    if (message?.type === 'outcomes') this.#answers(message.outcomes, seqs);
    if (message?.type !== 'welcome') return;
    this.welcomes++;
    this.people.add(message.you.person);
    this.#answers(message.outcomes ?? [], seqs);
  }

  #answers(outcomes: readonly Outcome[], seqs: ReadonlyMap<number, string>): void {
    for (const outcome of outcomes) {
      const id = outcome.id ?? seqs.get(outcome.seq);
      if (id !== undefined) this.#witness.ok(id, outcome);
    }
  }
}

/** Which edit goes under which seq. */
function note(text: string, seqs: Map<number, string>): void {
  if (!text.includes('"edits":[')) return;
  const { edits }: { edits?: Edit[] } = JSON.parse(text);
  for (const { seq, id } of edits ?? []) seqs.set(seq, id);
}
