import type { Clock } from '../../app/sync/clock.ts';
import type { Message } from '../../app/sync/shared/messages.ts';
import type { Channel } from '../../app/sync/shared/ports.ts';
import type { TabProcess } from './tab-process.ts';

const LATENCY_MS = 1;

/** One channel of a browser profile, as `BroadcastChannel` is: to all others, copied, in order. */
export class ChannelBus {
  readonly #clock: Clock;
  readonly #ends = new Set<End>();
  /** Messages on their way that never arrive. */
  loses: (message: Message) => boolean = () => false;
  /** Every message that was posted, the oldest first. */
  readonly posted: Message[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(process: TabProcess, heard: (message: Message) => void): Channel {
    const end: End = { process, heard };
    this.#ends.add(end);
    process.onDeath(() => this.#ends.delete(end));
    return {
      post: (message) => this.#post(structuredClone(message), end),
      close: () => this.#ends.delete(end),
    };
  }

  #post(message: Message, from: End): void {
    this.posted.push(message);
    if (this.loses(message)) return;
    for (const end of this.#ends) {
      if (end !== from) this.#clock.setTimer(() => this.#arrive(message, end), LATENCY_MS);
    }
  }

  #arrive(message: Message, end: End): void {
    end.process.run(() => {
      if (this.#ends.has(end)) end.heard(structuredClone(message));
    });
  }
}

interface End {
  process: TabProcess;
  heard(message: Message): void;
}
