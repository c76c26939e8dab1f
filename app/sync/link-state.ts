import type { StopReason } from './view.ts';

/** Where a device stands with the hub, and when it has waited long enough. All times are device milliseconds. */
export interface Link {
  phase: Phase;
  /** Dials in a row that ended before a welcome. */
  misses: number;
  /** Since when nobody looks at the page; null while somebody may. */
  hiddenSince: number | null;
  /** The person wants it to use less data: one exchange a minute, and no socket. */
  isSaver: boolean;
  /** The time of the last event: a clock that jumps is noticed by it. */
  at: number;
}

export type Phase =
  /** Waits. `retryAt` is null where only a wake helps: the page is hidden, or the client has been stopped. */
  | { is: 'down'; failures: number; retryAt: number | null }
  | Dialing
  /** Open, hello sent, no welcome yet. */
  | { is: 'greeting'; failures: number; heardAt: number; isPolling: boolean }
  /** Welcome has come, parts of the snapshot have not. */
  | { is: 'catching-up'; failures: number; heardAt: number }
  | Live
  /** Sockets do not get through, or are not wanted: one exchange over HTTP is under way. */
  | { is: 'exchanging'; failures: number; since: number; polling: Polling | null }
  /** Over HTTP, between two exchanges. */
  | ({ is: 'polling' } & Polling)
  | { is: 'stopped'; reason: StopReason };

interface Dialing {
  is: 'dialing';
  failures: number;
  since: number;
  /** Until now HTTP kept the board current: this is only to see whether sockets get through again. */
  isPolling: boolean;
}

export interface Live {
  is: 'live';
  failures: number;
  since: number;
  /** When the hub has last answered: a link may be dead one way and bring what others do all the same. */
  heardAt: number;
  /** A ping is on its way since then. */
  pingedAt: number | null;
  /** Edits are on their way, and nothing has been answered since then. */
  owedSince: number | null;
}

export interface Polling {
  nextAt: number;
  /** When a socket is tried again; never while data is saved. */
  redialAt: number;
}

const DIAL_MS = 10_000;
/** Nothing is exchanged while a socket is tried. */
const POLLING_DIAL_MS = 4_000;
const WELCOME_MS = 8_000;
/** A dead link is noticed within 10 s while somebody looks (bar R9): 5 s of silence, then 4 s for an answer. */
const QUIET_MS = 5_000;
const PONG_MS = 4_000;
const HIDDEN_QUIET_MS = 25_000;
const HIDDEN_PONG_MS = 5_000;
/** An outcome that has not come by then is not coming. */
const OWED_MS = 8_000;
const REST_AFTER_HIDDEN_MS = 5 * 60_000;
const EXCHANGE_MS = 15_000;

export function newLink(now: number): Link {
  const phase: Phase = { is: 'down', failures: 0, retryAt: null };
  return { phase, misses: 0, hiddenSince: null, isSaver: false, at: now };
}

/** When a `tick` is due, if nothing comes first; null where nothing is waited for. */
export function dueAt({ phase, hiddenSince }: Link): number | null {
  const rest = hiddenSince === null ? Infinity : hiddenSince + REST_AFTER_HIDDEN_MS;
  switch (phase.is) {
    case 'down':
      return phase.retryAt;
    case 'dialing':
      return phase.since + (phase.isPolling ? POLLING_DIAL_MS : DIAL_MS);
    case 'greeting':
    case 'catching-up':
      return phase.heardAt + WELCOME_MS;
    case 'live':
      return Math.min(silenceEnds(phase, hiddenSince !== null), owedBy(phase), rest);
    case 'exchanging':
      return phase.since + EXCHANGE_MS;
    case 'polling':
      return Math.min(phase.nextAt, phase.redialAt, rest);
    case 'stopped':
      return null;
    default:
      return phase satisfies never;
  }
}

/** When silence has lasted too long: for a ping, or for the answer to one. */
export function silenceEnds({ heardAt, pingedAt }: Live, hidden: boolean): number {
  if (pingedAt !== null) return pingedAt + (hidden ? HIDDEN_PONG_MS : PONG_MS);
  return heardAt + (hidden ? HIDDEN_QUIET_MS : QUIET_MS);
}

/** When the outcome of what was sent is overdue. */
export function owedBy({ owedSince }: Live): number {
  return owedSince === null ? Infinity : owedSince + OWED_MS;
}

/** Nobody has looked for so long that the connection is given up. */
export function isResting({ hiddenSince }: Link, now: number): boolean {
  return hiddenSince !== null && now >= hiddenSince + REST_AFTER_HIDDEN_MS;
}
