import type { ReportedItem } from '../../worker/protocol/attention.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import {
  ATTENTION_MAX,
  ATTENTION_PER_PERSON_MAX,
  ATTENTION_SETTLED_MAX,
} from '../../worker/protocol/limits.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { EngineHub } from '../support/engine-hub.ts';

/** Who made an edit, on which device. */
export interface Maker {
  id: string;
  person: string;
  /** Every edit it made, by id. */
  made: ReadonlyMap<string, Edit>;
}

/**
 * What has to be listed, worked out from nothing but the answers that devices got, the log, and what was reported
 * (rule E6): every edit that was not applied in full, until it was settled or had to make room.
 */
export class AttentionOracle {
  readonly #open = new Map<string, string>();
  /** Who each open one comes from, by id. */
  readonly #takers = new Map<string, string>();
  readonly #settled = new Set<string>();
  /** The answer to each edit, by id. */
  readonly #answers = new Map<string, Outcome['outcome']>();
  readonly #seqs = new Map<string, number>();
  #version: number;
  #hasDropped = false;

  constructor(version: number) {
    this.#version = version;
  }

  /** Takes what one event has answered and made. */
  learn(hub: EngineHub, makers: readonly Maker[]): void {
    for (const maker of makers) {
      const device = hub.state.devices.get(maker.id);
      const known = this.#seqs.get(maker.id) ?? 0;
      if (!device || device.seq <= known) continue;
      for (const { id, outcome } of device.kept) {
        if (outcome.seq > known) this.#answered(hub, maker, id, outcome);
      }
      this.#seqs.set(maker.id, device.seq);
    }
    // Settled by a request, of no device.
    for (const { settled, device } of hub.twin.entriesSince(this.#version)) {
      if (settled && !this.#seqs.has(device)) this.#settle(settled.item);
    }
    this.#version = hub.version;
  }

  /** Takes what a device has just reported, and holds the hub to what it lists of it. */
  reported(hub: EngineHub, { id: device, person }: Maker, items: readonly ReportedItem[]): void {
    for (const { author, edit } of items) {
      const { id, seq } = edit;
      const isKnown = edit.type === 'settle' || this.#open.has(id) || this.#settled.has(id);
      const answer = this.#answers.get(id);
      const isDone = answer === 'applied' || answer === 'unchanged';
      const isListed = hub.state.attention.has(id);
      if (isListed && !isKnown) {
        const kept = hub.state.devices.get(device)?.kept.some((one) => one.id === id);
        if (isDone && (kept || hub.twin.entryOf(device, seq)?.id === id))
          throw new Error(`E6: ${id} is done`);
        this.#list(id, author, person);
      } else if (!isListed && !isKnown && this.#isFull(person)) {
        if (!isDone && !hub.state.attentionDropped) throw new Error(`E6: that ${id} is missing is not said`);
        this.#hasDropped = hub.state.attentionDropped;
      } else if (!isListed && !isKnown && !isDone) {
        throw new Error(`E6: ${id} was reported and is not listed`);
      }
    }
  }

  /** Why the hub's list is wrong, or null where it is right. */
  fault({ state }: EngineHub): string | null {
    for (const [id, author] of this.#open) {
      if (state.attention.get(id)?.author !== author) return `${id} of ${author} is not listed`;
    }
    for (const id of state.attention.keys()) if (!this.#open.has(id)) return `${id} is listed`;
    for (const id of state.settled.keys()) if (!this.#settled.has(id)) return `${id} passes for settled`;
    return state.attentionDropped === this.#hasDropped ? null : 'what is missing is not said';
  }

  /** How what a device has been told differs from what its person is to see, or null where it does not. */
  untold(hub: EngineHub, { person, listed }: { person: string; listed: ReadonlySet<string> }): string | null {
    const seesAll = hub.principal(person).role === 'lead';
    for (const [id, author] of this.#open) {
      const sees = seesAll || author === person;
      if (sees !== listed.has(id)) return `${sees ? 'was not' : 'was'} told of ${id} of ${author}`;
    }
    // Of those that made room nobody is told.
    const gone = [...listed].find((id) => !this.#open.has(id));
    return gone !== undefined && !this.#hasDropped ? `still has ${gone}` : null;
  }

  get hasDropped(): boolean {
    return this.#hasDropped;
  }

  #answered(hub: EngineHub, { person, made }: Maker, id: string, outcome: Outcome): void {
    this.#answers.set(id, outcome.outcome);
    const edit = made.get(id);
    if (outcome.outcome === 'applied') {
      const item = hub.twin.entry(outcome.version)?.settled?.item;
      if (item !== undefined) this.#settle(item);
    } else if (outcome.outcome !== 'unchanged' && edit && edit.type !== 'settle') {
      this.#list(id, edit.author ?? person, person);
    }
  }

  #list(id: string, author: string, person: string): void {
    this.#open.delete(id);
    this.#open.set(id, author);
    this.#takers.set(id, person);
    this.#settled.delete(id);
    const own = this.#of(person);
    if (own.length > ATTENTION_PER_PERSON_MAX) this.#drop(own[0]);
    else if (this.#open.size > ATTENTION_MAX) {
      const [most = []] = this.#people().sort((a, b) => b.length - a.length);
      this.#drop(most[0]);
    }
  }

  #isFull(person: string): boolean {
    return this.#open.size >= ATTENTION_MAX || this.#of(person).length >= ATTENTION_PER_PERSON_MAX;
  }

  /** What is open of each person, oldest first; whoever has the oldest of all comes first. */
  #people(): string[][] {
    return [...Map.groupBy(this.#open.keys(), (id) => this.#takers.get(id)).values()];
  }

  #of(person: string): string[] {
    return [...this.#open.keys()].filter((id) => this.#takers.get(id) === person);
  }

  #drop(id: string | undefined): void {
    if (id !== undefined) this.#open.delete(id);
    this.#hasDropped = true;
  }

  #settle(id: string): void {
    if (!this.#open.delete(id)) throw new Error(`E6: ${id} was settled and not open`);
    this.#settled.add(id);
    const [oldest] = this.#settled;
    if (this.#settled.size > ATTENTION_SETTLED_MAX && oldest !== undefined) this.#settled.delete(oldest);
  }
}
