import type { Clock } from '../../app/sync/clock.ts';
import type { Lock, LockEvents } from '../../app/sync/shared/ports.ts';
import type { TabProcess } from './tab-process.ts';

/** One lock of a browser profile, as Web Locks are: first come first served, freed by death, taken by force. */
export class LockQueue {
  readonly #clock: Clock;
  #holder: Claim | null = null;
  #queue: Claim[] = [];
  /** How often it was taken by force. */
  steals = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isHeld(): boolean {
    return this.#holder !== null;
  }

  /** The lock as one tab has it before it. */
  of(process: TabProcess): Lock {
    return {
      request: (how, events) => {
        const claim: Claim = { process, events, isOver: false };
        const leave = (): void => {
          claim.isOver = true;
          this.#leave(claim);
        };
        process.onDeath(leave);
        // The browser decides in a process of its own.
        this.#clock.setTimer(() => this.#decide(how, claim), 0);
        return leave;
      },
    };
  }

  #decide(how: 'if-free' | 'queue' | 'steal', claim: Claim): void {
    if (claim.isOver) return;
    switch (how) {
      case 'if-free':
        if (this.#holder || this.#queue.length > 0) tell(claim, 'refused');
        else this.#grant(claim);
        break;
      case 'queue':
        if (this.#holder) this.#queue.push(claim);
        else this.#grant(claim);
        break;
      case 'steal': {
        const robbed = this.#holder;
        if (robbed) this.steals++;
        this.#grant(claim);
        if (robbed) tell(robbed, 'lost');
        break;
      }
      default:
        how satisfies never;
    }
  }

  #grant(claim: Claim): void {
    this.#holder = claim;
    tell(claim, 'held');
  }

  #leave(claim: Claim): void {
    this.#queue = this.#queue.filter((waiting) => waiting !== claim);
    if (this.#holder !== claim) return;
    this.#holder = null;
    this.#clock.setTimer(() => {
      const next = this.#holder ? undefined : this.#queue.shift();
      if (next) this.#grant(next);
    }, 0);
  }
}

interface Claim {
  process: TabProcess;
  events: LockEvents;
  isOver: boolean;
}

function tell(claim: Claim, what: keyof LockEvents): void {
  claim.process.run(() => {
    if (!claim.isOver) claim.events[what]();
  });
}
