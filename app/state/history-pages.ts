import { type Signal, signal } from '@preact/signals';
import type { HistoryEntry } from '../../worker/protocol/history.ts';
import type { Api, ApiError, HistoryFilter } from './api.ts';

/** Who and which car; the rest is paging. */
export type HistoryChoice = Pick<HistoryFilter, 'car' | 'person'>;

export interface HistoryShown {
  entries: readonly HistoryEntry[];
  /** Asked of the hub and not answered yet. */
  loading: boolean;
  /** The version to go on from; null at the end. */
  next: number | null;
  /** Older entries are not to be had now. */
  delayed: boolean;
  problem: ApiError | null;
}

const NOTHING: HistoryShown = { entries: [], loading: true, next: null, delayed: false, problem: null };

/** Who changed what and when, a page at a time, newest first. */
export class HistoryPages {
  readonly shown: Signal<HistoryShown> = signal(NOTHING);
  readonly #api: Pick<Api, 'history'>;
  readonly #site: string;
  #choice: HistoryChoice = {};

  constructor(api: Pick<Api, 'history'>, site: string) {
    this.#api = api;
    this.#site = site;
  }

  /** Starts over with another choice. */
  choose(choice: HistoryChoice): Promise<void> {
    this.#choice = choice;
    this.shown.value = NOTHING;
    return this.#load();
  }

  /** Adds the next older page, or asks again for one that did not come. */
  more(): Promise<void> {
    this.shown.value = { ...this.shown.value, loading: true, problem: null };
    return this.#load();
  }

  async #load(): Promise<void> {
    const choice = this.#choice;
    const { entries, next } = this.shown.value;
    const reply = await this.#api.history(this.#site, { ...choice, ...(next !== null && { before: next }) });
    // An answer to what is no longer asked.
    if (choice !== this.#choice) return;
    if (reply.ok) {
      const page = reply.value;
      this.shown.value = {
        entries: [...entries, ...page.entries],
        loading: false,
        next: page.next,
        delayed: page.delayed,
        problem: null,
      };
    } else this.shown.value = { ...this.shown.value, loading: false, problem: reply.code };
  }
}
