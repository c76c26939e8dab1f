import { CLOSE, type ErrorCode, isFinalClose } from '../../worker/protocol/errors.ts';
import { backoffMs, crowdedMs } from './backoff.ts';
import { dueAt, isResting, type Link, type Live, owedBy, type Phase, silenceEnds } from './link-state.ts';
import type { Random } from './random.ts';
import { POLL_MS, type StopReason } from './view.ts';

export type LinkEvent =
  | { type: 'start' }
  | { type: 'opened' }
  /** `unasked`: the hub has said it by itself. It proves nothing of the way there. */
  | { type: 'heard'; unasked?: boolean }
  /** `complete`: nothing of the snapshot is outstanding. */
  | { type: 'welcomed'; complete: boolean }
  /** Edits have been sent. */
  | { type: 'sent' }
  /** Outcomes have come; `left`: more are due. */
  | { type: 'answered'; left: boolean }
  | { type: 'closed'; code: number; reason?: string }
  /** What came cannot be used, or does not fit what this device has. */
  | { type: 'broken' }
  /** All is well, but the device has to introduce itself anew. */
  | { type: 'again' }
  | { type: 'exchanged'; ok: true }
  | { type: 'exchanged'; ok: false; code: ErrorCode | null }
  | { type: 'tick' }
  /** There is a reason to try now: the network is back, something wants to go out, or the person asks. */
  | { type: 'wake'; evenIfStopped?: boolean }
  | { type: 'visible' }
  | { type: 'hidden' }
  /** Less data is to be used from now on, or no longer. */
  | { type: 'saver'; on: boolean }
  | { type: 'stop'; reason: StopReason | null };

export type LinkEffect = 'dial' | 'close' | 'ping' | 'exchange';

export interface Step {
  link: Link;
  effects: LinkEffect[];
}

/** A timer this late means that the device has slept: what it knew of its connection is worth nothing. */
const SLEPT_MS = 30_000;
const MISSES_BEFORE_HTTP = 3;
const REDIAL_MS = 120_000;
/** How old the board gets where less data is to be used; edits go out at once all the same. */
const SAVER_MS = 60_000;
/** A connection that lasted less does not count as a success: a hub that ends each at once is not stormed. */
const STEADY_MS = 10_000;

/**
 * Whether there is a way to the hub, decided on evidence: what was heard and when, never what a socket says of
 * itself. A pure machine: an event in, the next state and what to do out.
 */
export function step(link: Link, event: LinkEvent, now: number, random: Random): Step {
  const due = dueAt(link);
  const late = now - Math.max(link.at, due ?? now);
  // The timers of a hidden page are late as a matter of course.
  const jumped = now < link.at - 1_000 || (link.hiddenSince === null && late > SLEPT_MS);
  const next = { ...link, at: now };
  if (jumped && event.type !== 'stop') return afterSleep(next, event, now, random);
  return on(next, event, now, random);
}

function on(link: Link, event: LinkEvent, now: number, random: Random): Step {
  const { phase } = link;
  switch (event.type) {
    case 'start':
      return dial(link, 0, now);
    case 'opened':
      return phase.is === 'dialing'
        ? stay(link, { is: 'greeting', failures: phase.failures, heardAt: now, isPolling: phase.isPolling })
        : same(link);
    case 'heard':
      if (phase.is === 'live') {
        return event.unasked ? same(link) : stay(link, { ...phase, heardAt: now, pingedAt: null });
      }
      return isOpen(phase) ? stay(link, { ...phase, heardAt: now }) : same(link);
    case 'welcomed':
      return welcomed(link, event.complete, now);
    case 'sent':
      return phase.is === 'live' && phase.owedSince === null
        ? stay(link, { ...phase, owedSince: now })
        : same(link);
    case 'answered':
      return phase.is === 'live'
        ? stay(link, { ...phase, heardAt: now, pingedAt: null, owedSince: event.left ? now : null })
        : same(link);
    case 'closed':
      return closed(link, event, now, random);
    case 'broken':
      return fail(link, now, random, ['close']);
    case 'again':
      return again(link, now, random);
    case 'exchanged':
      return exchanged(link, event, now, random);
    case 'tick':
      return tick(link, now, random);
    case 'wake': {
      const isAsked = event.evenIfStopped ?? false;
      // A page that nobody sees, such as one whose person looks at another tab, has its time anew.
      const hiddenSince = isAsked && isResting(link, now) ? now : link.hiddenSince;
      return wake({ ...link, hiddenSince }, isAsked, now);
    }
    case 'visible':
      return wake({ ...link, hiddenSince: null }, false, now);
    case 'hidden':
      return same({ ...link, hiddenSince: link.hiddenSince ?? now });
    case 'saver':
      return saver({ ...link, isSaver: event.on }, link.isSaver, now);
    case 'stop': {
      const down: Phase = { is: 'down', failures: 0, retryAt: null };
      return stay(link, event.reason ? { is: 'stopped', reason: event.reason } : down, ['close']);
    }
    default:
      return event satisfies never;
  }
}

function welcomed(link: Link, complete: boolean, now: number): Step {
  const { phase } = link;
  if (phase.is !== 'greeting' && phase.is !== 'catching-up') return same(link);
  // The hub could not be reached, and now it can be. That connections did not last still counts.
  const failures = Math.max(0, phase.failures - link.misses);
  if (!complete) return stay({ ...link, misses: 0 }, { is: 'catching-up', failures, heardAt: now });
  const live: Live = { is: 'live', failures, since: now, heardAt: now, pingedAt: null, owedSince: null };
  return stay({ ...link, misses: 0 }, live);
}

function closed(link: Link, event: LinkEvent & { type: 'closed' }, now: number, random: Random): Step {
  const { phase } = link;
  const { code, reason = '' } = event;
  if (phase.is !== 'dialing' && !isOpen(phase)) return same(link);
  if (isFinalClose(code)) return stay(link, { is: 'stopped', reason: reasonOf(code) });
  if (code !== CLOSE.slowDown) return fail(link, now, random, []);
  const retryAt = now + crowdedMs(reason, random);
  return stay(link, { is: 'down', failures: failuresOf(phase, now) + 1, retryAt });
}

/** The connection is of no use any more: wait, and longer each time; or see whether HTTP gets through. */
function fail(link: Link, now: number, random: Random, effects: LinkEffect[]): Step {
  const { phase } = link;
  if (phase.is === 'down' || phase.is === 'stopped') return same(link);
  const missed = phase.is === 'dialing' || phase.is === 'greeting';
  const misses = missed ? link.misses + 1 : link.misses;
  const failures = failuresOf(phase, now);
  if (missed && misses >= MISSES_BEFORE_HTTP) {
    const polling = phase.isPolling ? { nextAt: now, redialAt: now + REDIAL_MS } : null;
    return stay({ ...link, misses }, { is: 'exchanging', failures, since: now, polling }, [
      ...effects,
      'exchange',
    ]);
  }
  const retryAt = isResting(link, now) ? null : now + backoffMs(failures, random);
  return stay({ ...link, misses }, { is: 'down', failures: failures + 1, retryAt }, effects);
}

function again(link: Link, now: number, random: Random): Step {
  const { phase } = link;
  if (phase.is === 'polling' || phase.is === 'exchanging') return exchange(link, now);
  // Once at once. A hub that never lets this device settle is treated as one that fails.
  if (!isOpen(phase) || failuresOf(phase, now) > 2) return fail(link, now, random, ['close']);
  const { link: next, effects } = dial(link, phase.failures + 1, now);
  return { link: next, effects: ['close', ...effects] };
}

function exchanged(link: Link, event: LinkEvent & { type: 'exchanged' }, now: number, random: Random): Step {
  const { phase } = link;
  if (phase.is !== 'exchanging') return same(link);
  if (event.ok) {
    if (link.isSaver) return stay(link, { is: 'polling', nextAt: now + SAVER_MS, redialAt: Infinity });
    const redialAt = phase.polling?.redialAt ?? now + REDIAL_MS;
    return stay(link, { is: 'polling', nextAt: now + POLL_MS, redialAt });
  }
  if (event.code && isFinalCode(event.code)) return stay(link, { is: 'stopped', reason: event.code });
  const retryAt = isResting(link, now) ? null : now + backoffMs(phase.failures, random);
  return stay(link, { is: 'down', failures: phase.failures + 1, retryAt });
}

function tick(link: Link, now: number, random: Random): Step {
  const { phase, hiddenSince } = link;
  const due = dueAt(link);
  if (due === null || now < due) return same(link);
  switch (phase.is) {
    case 'down':
      return dial(link, phase.failures, now);
    case 'polling':
      if (isResting(link, now)) return rest(link, []);
      return now >= phase.redialAt ? dial(link, 0, now, true) : exchange(link, now);
    case 'live':
      if (isResting(link, now)) return rest(link, ['close']);
      if (now >= owedBy(phase) || phase.pingedAt !== null) return fail(link, now, random, ['close']);
      return now >= silenceEnds(phase, hiddenSince !== null) ? ping(link, phase, now) : same(link);
    case 'exchanging':
      return exchanged(link, { type: 'exchanged', ok: false, code: null }, now, random);
    case 'dialing':
    case 'greeting':
    case 'catching-up':
      return fail(link, now, random, ['close']);
    case 'stopped':
      return same(link);
    default:
      return phase satisfies never;
  }
}

function wake(link: Link, evenIfStopped: boolean, now: number): Step {
  const { phase } = link;
  switch (phase.is) {
    case 'down':
      return dial(link, 0, now);
    case 'stopped':
      return evenIfStopped ? dial(link, 0, now) : same(link);
    case 'live':
      return phase.pingedAt === null ? ping(link, phase, now) : same(link);
    case 'polling':
      return exchange(link, now);
    case 'dialing':
    case 'greeting':
    case 'catching-up':
    case 'exchanging':
      return same(link);
    default:
      return phase satisfies never;
  }
}

/** Goes over to the other way at once, unless it waits for a wake anyway. */
function saver(link: Link, wasSaver: boolean, now: number): Step {
  const { phase } = link;
  const isWaiting = phase.is === 'stopped' || (phase.is === 'down' && phase.retryAt === null);
  if (link.isSaver === wasSaver || isWaiting) return same(link);
  const { link: next, effects } = dial(link, 0, now);
  return { link: next, effects: hasConnection(phase) ? ['close', ...effects] : effects };
}

/** What was known of the connection is too old to build on: begin anew, at once. */
function afterSleep(link: Link, event: LinkEvent, now: number, random: Random): Step {
  const { phase } = link;
  const isWaiting = phase.is === 'stopped' || (phase.is === 'down' && phase.retryAt === null);
  if (isWaiting) return on(link, event, now, random);
  const hiddenSince = event.type === 'hidden' ? now : event.type === 'visible' ? null : link.hiddenSince;
  // What the person wants holds, whenever they said it.
  const isSaver = event.type === 'saver' ? event.on : link.isSaver;
  const { link: next, effects } = dial({ ...link, hiddenSince, isSaver }, 0, now);
  return { link: next, effects: hasConnection(phase) ? ['close', ...effects] : effects };
}

/** Begins to look for a way to the hub: a socket, or one exchange where sockets are not wanted. */
function dial(link: Link, failures: number, now: number, isPolling = false): Step {
  if (link.isSaver)
    return stay(link, { is: 'exchanging', failures, since: now, polling: null }, ['exchange']);
  return stay(link, { is: 'dialing', failures, since: now, isPolling }, ['dial']);
}

function ping(link: Link, phase: Live, now: number): Step {
  return stay(link, { ...phase, pingedAt: now }, ['ping']);
}

function exchange(link: Link, now: number): Step {
  const { phase } = link;
  if (phase.is !== 'polling') return same(link);
  const { nextAt, redialAt } = phase;
  return stay(link, { is: 'exchanging', failures: 0, since: now, polling: { nextAt, redialAt } }, [
    'exchange',
  ]);
}

function rest(link: Link, effects: LinkEffect[]): Step {
  return stay(link, { is: 'down', failures: 0, retryAt: null }, effects);
}

function stay(link: Link, phase: Phase, effects: LinkEffect[] = []): Step {
  return { link: { ...link, phase }, effects };
}

function same(link: Link): Step {
  return { link, effects: [] };
}

function hasConnection(phase: Phase): boolean {
  return phase.is === 'dialing' || isOpen(phase);
}

function isOpen(phase: Phase): phase is Extract<Phase, { is: 'greeting' | 'catching-up' | 'live' }> {
  return phase.is === 'greeting' || phase.is === 'catching-up' || phase.is === 'live';
}

function failuresOf(phase: Phase, now: number): number {
  if (phase.is === 'live') return now - phase.since >= STEADY_MS ? 0 : phase.failures;
  return 'failures' in phase ? phase.failures : 0;
}

function reasonOf(code: number): ErrorCode {
  switch (code) {
    case CLOSE.unauthenticated:
      return 'unauthenticated';
    case CLOSE.forbidden:
      return 'forbidden';
    case CLOSE.notFound:
      return 'not-found';
    case CLOSE.tooLarge:
      return 'too-large';
    case CLOSE.unknownProtocol:
      return 'unknown-protocol';
    default:
      return 'bad-frame';
  }
}

/** Refusals over HTTP that no retry changes, as the final close codes are over the socket. */
function isFinalCode(code: ErrorCode): boolean {
  return (
    code === 'unauthenticated' || code === 'forbidden' || code === 'not-found' || code === 'unknown-protocol'
  );
}
