import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Closed, OpenSiteClient } from '../site-client.ts';
import type { Desk } from './desk.ts';
import type { Follower } from './follower.ts';
import type { Message } from './messages.ts';

/** What one tab of a device at a time has: the right to work on a site's store, and to send (rule O3). */
export interface Lock {
  /**
   * `if-free`: at once or not at all. `queue`: when those before have let go or died. `steal`: at once, whoever has
   * it. What this returns gives it up: the lock, or the place in the queue. None of the events comes before it does.
   */
  request(how: 'if-free' | 'queue' | 'steal', events: LockEvents): () => void;
}

export interface LockEvents {
  held(): void;
  /** Somebody has it, and it was asked for only if it is free. */
  refused(): void;
  /** It was held, and another has taken it by force. */
  lost(): void;
}

/** Messages to all other tabs of this device that have the site open for the same person. */
export interface Channel {
  post(message: Message): void;
  /** Nothing is heard afterwards. */
  close(): void;
}

/** What only matters once there are two tabs: it may be fetched when it is needed. */
export interface Parts {
  Desk: typeof Desk;
  Follower: typeof Follower;
}

export interface SharedPorts {
  lock: Lock;
  openChannel(heard: (message: Message) => void): Channel;
  /** Opens the client that does the work, for as long as this tab has the lock. Rejects with a `StoreError`. */
  openLeader(closed: (why: Closed) => void): Promise<OpenSiteClient>;
  loadParts(): Promise<Parts>;
  clock: Clock;
  random: Random;
}
