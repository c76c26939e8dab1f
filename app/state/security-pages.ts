import { type Signal, signal } from '@preact/signals';
import type { SecurityEntry } from '../../worker/protocol/security.ts';
import { readSecurityLog, type SecurityChoice } from './account.ts';
import type { Api, ApiError } from './api.ts';

export interface SecurityShown {
  entries: readonly SecurityEntry[];
  /** Asked of the hub and not answered yet. */
  loading: boolean;
  /** The event to go on from; null at the end. */
  next: number | null;
  problem: ApiError | null;
  /** Names of all that have been spoken of so far, by id. */
  names: Readonly<Record<string, string>>;
}

const NOTHING: SecurityShown = { entries: [], loading: true, next: null, problem: null, names: {} };

/** What happened to identities and rights, a page at a time, newest first. */
export class SecurityPages {
  readonly shown: Signal<SecurityShown> = signal(NOTHING);
  readonly #api: Pick<Api, 'ask'>;
  readonly #site: string;
  #choice: SecurityChoice = {};

  constructor(api: Pick<Api, 'ask'>, site: string) {
    this.#api = api;
    this.#site = site;
  }

  /** Starts over with another choice. */
  choose(choice: SecurityChoice): Promise<void> {
    this.#choice = choice;
    this.shown.value = { ...NOTHING, names: this.shown.value.names };
    return this.#load();
  }

  /** Adds the next older page, or asks again for one that did not come. */
  more(): Promise<void> {
    this.shown.value = { ...this.shown.value, loading: true, problem: null };
    return this.#load();
  }

  async #load(): Promise<void> {
    const choice = this.#choice;
    const reply = await readSecurityLog(this.#api, this.#site, choice, this.shown.value.next);
    // An answer to what is no longer asked.
    if (choice !== this.#choice) return;
    const { value } = this.shown;
    if (reply.ok) {
      const { entries, next } = reply.value;
      const names = { ...value.names, ...namesIn(entries) };
      this.shown.value = {
        entries: [...value.entries, ...entries],
        loading: false,
        next,
        problem: null,
        names,
      };
    } else this.shown.value = { ...value, loading: false, problem: reply.code };
  }
}

function namesIn(entries: readonly SecurityEntry[]): Record<string, string> {
  const spoken = entries.flatMap(({ actor, subject }) => [actor, subject]);
  return Object.fromEntries(spoken.flatMap((one) => (one?.name ? [[one.id, one.name]] : [])));
}
