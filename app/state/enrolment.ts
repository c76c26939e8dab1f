import { type Signal, signal } from '@preact/signals';
import type { Enrolment } from '../../worker/protocol/api.ts';
import type { Reply } from './api.ts';
import type { Clock } from './clock.ts';
import { type DevicesApi, isPending } from './devices-api.ts';

/** How often it is asked whether a lead has said yes. */
const CLAIM_EVERY_MS = 3_000;

type Refused = Extract<Reply<never>, { ok: false }>;

export type EnrolmentShown =
  | { is: 'asking' }
  /** `cut`: the hub could not be asked just now. */
  | { is: 'waiting'; code: string; cut: boolean }
  /** Nobody said yes in time. */
  | { is: 'over' }
  | { is: 'failed'; refused: Refused }
  | { is: 'done' };

/** A browser on its way to being a device of a site: it shows digits, and asks until a lead has said yes. */
export class EnrolmentWait {
  readonly shown: Signal<EnrolmentShown> = signal({ is: 'asking' });
  readonly #api: Pick<DevicesApi, 'ask' | 'claim'>;
  readonly #clock: Clock;
  readonly #onDone: () => void;
  #callOff = () => {};
  /** Counts the times that it began: what comes of an earlier one is passed over. */
  #begun = 0;

  /** `onDone`: the browser has the device's cookie now. */
  constructor(api: Pick<DevicesApi, 'ask' | 'claim'>, clock: Clock, onDone: () => void) {
    this.#api = api;
    this.#clock = clock;
    this.#onDone = onDone;
  }

  /** Asks for digits, the first time or anew. */
  async begin(): Promise<void> {
    this.stop();
    const turn = this.#begun;
    this.shown.value = { is: 'asking' };
    const reply = await this.#api.ask();
    if (turn !== this.#begun) return;
    if (reply.ok) this.#wait(reply.value, false, turn);
    else this.shown.value = { is: 'failed', refused: reply };
  }

  stop(): void {
    this.#begun++;
    this.#callOff();
  }

  #wait(enrolment: Enrolment, cut: boolean, turn: number): void {
    this.shown.value = { is: 'waiting', code: enrolment.code, cut };
    this.#callOff = this.#clock.after(CLAIM_EVERY_MS, () => void this.#claim(enrolment, turn));
  }

  async #claim(enrolment: Enrolment, turn: number): Promise<void> {
    const reply = await this.#api.claim(enrolment.secret);
    if (turn !== this.#begun) return;
    // Its time, which the hub's clock tells, is over.
    if (!reply.ok && reply.code === 'not-found') this.shown.value = { is: 'over' };
    else if (!reply.ok || isPending(reply.value)) this.#wait(enrolment, !reply.ok, turn);
    else {
      this.shown.value = { is: 'done' };
      this.#onDone();
    }
  }
}

/** What the code on its screen says: a lead's phone opens it. The digits open nothing by themselves. */
export function enrolLink(app: URL, code: string): string {
  return new URL(`/enrol#code=${code}`, app).href;
}

/** `417293` is easier to read, and to say, in two halves. */
export function inHalves(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
