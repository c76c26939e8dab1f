import { batchOf, CHECKPOINT_DELAY_MS, retryDelayMs } from '../engine/checkpoint.ts';
import type { SiteState } from '../engine/state.ts';
import type { Archive } from '../ports.ts';
import type { LogStore } from './log-store.ts';

export interface Saved {
  /** The archive is as of this version now. */
  version: number;
  /** When to come back, if there is more. */
  nextMs: number;
  /** Why it did not go well. */
  error?: string;
}

/** Log entries sent to the archive in one go: after a long outage the backlog goes in pieces. */
const ENTRIES_MAX = 2_000;

/** Copies a hub to the archive: behind everybody's back, repeatable, and never giving up. */
export class Checkpointer {
  readonly #archive: Archive;
  readonly #log: LogStore;
  readonly #random: () => number;
  #failures = 0;

  constructor(archive: Archive, log: LogStore, random: () => number) {
    this.#archive = archive;
    this.#log = log;
    this.#random = random;
  }

  /** Never throws: a failure is an answer with the delay before the next try. */
  async save(state: SiteState, now: number): Promise<Saved> {
    try {
      const version = await this.#send(state, now);
      this.#failures = 0;
      return { version, nextMs: CHECKPOINT_DELAY_MS };
    } catch (error) {
      this.#failures++;
      return {
        version: state.archived,
        nextMs: retryDelayMs(this.#failures, this.#random()),
        error: String(error),
      };
    }
  }

  async #send(state: SiteState, at: number): Promise<number> {
    const { site, epoch, archived } = state;
    let sent = archived;
    const forgotten: string[] = [];
    for (;;) {
      // Read together, with nothing awaited between: cars, version and entries are of one moment.
      const entries = this.#log.since(sent, ENTRIES_MAX);
      const batch = batchOf(state, entries);
      if (!batch) return archived;
      forgotten.push(...batch.forgotten);
      const isLast = entries.length < ENTRIES_MAX;
      // All pieces but the last carry history only: cars and mark follow when every entry is there.
      const piece = isLast
        ? { ...batch, forgotten: forgotten.filter((id) => !state.cars.has(id)) }
        : { ...batch, version: archived, cars: [], forgotten: [] };
      await this.#archive.save({ ...piece, site: site.id, epoch, at });
      if (isLast) return batch.version;
      sent = entries.at(-1)?.version ?? sent;
    }
  }
}
