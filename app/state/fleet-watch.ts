import { type Signal, signal } from '@preact/signals';
import type { Fleet, RollCall } from '../../worker/protocol/api.ts';
import { mayChange, type Verdict, verdictOf } from './all-clear.ts';
import type { Api, ApiError, Reply } from './api.ts';
import type { Clock } from './clock.ts';

export interface FleetShown {
  /** As it came last; null before the first. */
  fleet: Fleet | null;
  /** Why there is no newer one. */
  problem: ApiError | null;
}

/** What became of asking whether all is clear. */
export type Check =
  | { is: 'none' }
  | { is: 'asking' }
  | { is: 'done'; verdict: Verdict }
  | { is: 'failed'; problem: ApiError };

/** How often the list is asked for while somebody looks at it. */
const REFRESH_MS = 5_000;
/** How long a roll-call waits for the answers of all, and how often it looks for them. */
const ANSWERS_MS = 5_000;
const LOOK_MS = 500;
/** Somebody else has called the roll just now: the hub takes the next call this much later. */
const CALL_AGAIN_MS = 1_000;

/** The devices of a site, for as long as they are shown. */
export class FleetWatch {
  readonly shown: Signal<FleetShown> = signal({ fleet: null, problem: null });
  readonly check: Signal<Check> = signal({ is: 'none' });
  readonly #api: Pick<Api, 'fleet' | 'rollCall'>;
  readonly #site: string;
  readonly #clock: Clock;

  constructor(api: Pick<Api, 'fleet' | 'rollCall'>, site: string, clock: Clock) {
    this.#api = api;
    this.#site = site;
    this.#clock = clock;
  }

  /** Keeps the list fresh. Returns how to stop that. */
  watch(): () => void {
    let isWatched = true;
    let cancel = () => {};
    const next = async (): Promise<void> => {
      const reply = await this.#api.fleet(this.#site);
      if (!isWatched) return;
      this.#show(reply);
      cancel = this.#clock.after(REFRESH_MS, () => void next());
    };
    void next();
    return () => {
      isWatched = false;
      cancel();
    };
  }

  /** Calls the roll, waits until all who can have answered, and judges. */
  async askAllClear(): Promise<void> {
    if (this.check.value.is === 'asking') return;
    this.check.value = { is: 'asking' };
    this.check.value = await this.#ask();
  }

  async #ask(): Promise<Check> {
    const until = this.#clock.now() + ANSWERS_MS;
    const call = await this.#call(until);
    if (!call.ok) return { is: 'failed', problem: call.code };
    for (;;) {
      await this.#pass(LOOK_MS);
      const reply = await this.#api.fleet(this.#site);
      this.#show(reply);
      if (!reply.ok) return { is: 'failed', problem: reply.code };
      const verdict = verdictOf(reply.value, call.value);
      if (!mayChange(verdict) || this.#clock.now() >= until) return { is: 'done', verdict };
    }
  }

  async #call(until: number): Promise<Reply<RollCall>> {
    for (;;) {
      const reply = await this.#api.rollCall(this.#site);
      const isTooSoon = !reply.ok && reply.code === 'too-many-requests';
      if (!isTooSoon || this.#clock.now() >= until) return reply;
      await this.#pass(CALL_AGAIN_MS);
    }
  }

  #show(reply: Reply<Fleet>): void {
    this.shown.value = reply.ok
      ? { fleet: reply.value, problem: null }
      : { ...this.shown.value, problem: reply.code };
  }

  #pass(ms: number): Promise<void> {
    return new Promise((passed) => {
      this.#clock.after(ms, passed);
    });
  }
}
