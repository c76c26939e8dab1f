import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { View } from '../sync/view.ts';
import type { Clock } from './clock.ts';
import { type Memory, recall } from './memory.ts';
import { type SiteState, unsentName } from './site-state.ts';

/** Edits of a person that were on this device alone. */
export interface Unsent {
  /** Person id. */
  person: string;
  name: string;
  count: number;
  /** Device milliseconds at which this was so last. */
  at: number;
}

interface LossPorts {
  clock: Clock;
  memory: Memory;
}

/** Looks whether anything has been lost, and notes from now on what could be. */
export function noticeLosses(site: SiteState, ports: LossPorts): void {
  // By now another tab, or this one, may have noted what is being done: that is no loss.
  const losses = new Losses(site.known.id, site.first, ports, site.noted);
  effect(() => losses.see(site.view.value, site.me));
  site.losses.value = losses;
}

/**
 * Notices that the browser has deleted what was not sent. How many edits wait is noted beside the store, in a memory
 * that outlives it; where the store is empty and the note is not, its people are told until they have read it.
 */
export class Losses {
  readonly told: ReadonlySignal<readonly Unsent[]>;
  readonly #told: Signal<readonly Unsent[]>;
  readonly #unsent: string;
  readonly #lost: string;
  readonly #clock: Clock;
  readonly #memory: Memory;
  #noted: string;

  /** @param before what was noted when `view` was opened */
  constructor(
    site: string,
    view: View,
    { clock, memory }: LossPorts,
    before: string | null = memory.get(unsentName(site)),
  ) {
    this.#unsent = unsentName(site);
    this.#lost = `lost.${site}`;
    this.#clock = clock;
    this.#memory = memory;
    const lost = listOf(memory, this.#lost);
    const noted = listOf({ get: () => before }, this.#unsent);
    if (view.isNew && noted.length > 0) {
      lost.push(...noted);
      memory.set(this.#lost, JSON.stringify(lost));
      memory.remove(this.#unsent);
    }
    this.#noted = view.isNew ? '' : keyOf(noted);
    this.#told = signal(lost);
    this.told = this.#told;
  }

  /** Notes what waits now. `me` is who uses the device. */
  see(view: View, me: { id: string; name: string } | null): void {
    if (!me) return;
    const at = this.#clock.now();
    const own = view.pending.filter(({ saved }) => saved).length;
    const others = (view.waiting ?? []).map(({ author, edits }) => {
      return { person: author, name: view.names[author] ?? '', count: edits.length, at };
    });
    const unsent = [...(own > 0 ? [{ person: me.id, name: me.name, count: own, at }] : []), ...others];
    const key = keyOf(unsent);
    if (key === this.#noted) return;
    this.#noted = key;
    if (unsent.length > 0) this.#memory.set(this.#unsent, JSON.stringify(unsent));
    else this.#memory.remove(this.#unsent);
  }

  /** The person has read it. */
  dismiss(): void {
    this.#memory.remove(this.#lost);
    this.#told.value = [];
  }
}

function keyOf(unsent: readonly Unsent[]): string {
  return unsent.map(({ person, count }) => `${person} ${count}`).join();
}

function listOf(memory: Pick<Memory, 'get'>, name: string): Unsent[] {
  const list = recall(memory, name);
  return Array.isArray(list) ? list.filter(isUnsent) : [];
}

function isUnsent(value: unknown): value is Unsent {
  if (typeof value !== 'object' || value === null) return false;
  const { person, name, count, at } = value as Partial<Record<keyof Unsent, unknown>>;
  return [typeof person, typeof name, typeof count, typeof at].join() === 'string,string,number,number';
}
