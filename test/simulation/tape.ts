import type { Intent } from '../../worker/protocol/edit.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import type { Role } from '../../worker/protocol/site.ts';

export interface SessionNow {
  hash: string;
  person: string;
  role: Role;
}

/** What has reached a hub from outside. */
export type TapeEvent =
  | { type: 'open'; socket: string; session: SessionNow }
  | { type: 'frame'; socket: string; text: string }
  | { type: 'gone'; socket: string }
  | { type: 'sync'; session: SessionNow; request: SyncRequest }
  /** Judged as of `base`. */
  | { type: 'request'; session: SessionNow; id: string; intent: Intent; base: number }
  | { type: 'revoke'; session: string }
  | { type: 'evict' }
  | { type: 'crash' };

/** Takes down what reaches a hub, so that another can be given the same: a real one. */
export class Tape {
  readonly events: TapeEvent[] = [];
  /** Something has happened that cannot be done to a real hub. */
  isSpoiled = false;
  readonly #isOn: boolean;
  #durable = 0;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  add(event: TapeEvent): void {
    if (this.#isOn) this.events.push(event);
  }

  /** All that came so far has had its effect for good. */
  flushed(): void {
    this.#durable = this.events.length;
  }

  /** What was written and not durable has never come. */
  crash(): void {
    this.events.length = this.#durable;
    this.add({ type: 'crash' });
    this.flushed();
  }

  spoil(): void {
    this.isSpoiled = true;
  }
}
