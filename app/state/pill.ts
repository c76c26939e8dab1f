import { t } from '../messages/translate.ts';
import { POLL_MS, type StopReason, type View } from '../sync/view.ts';
import { type Needs, needsOf } from './needs.ts';

/** Outages shorter than this are not worth a word. */
export const HIDDEN_OUTAGE_MS = 2_000;
/** A board older than this is told by its age. */
const STALE_MS = 60_000;
/** The age of a board that is fetched once a minute is told in steps of this. */
const SAVER_STEP_MS = 10_000;

/** The one status of the app. `live` means that the hub has acknowledged everything. */
export type Pill =
  /** `every`: seconds between two looks, where no connection stands. */
  | { kind: 'live'; every?: number }
  /** All is acknowledged; the board is fetched once a minute, and was so long ago. */
  | { kind: 'saver'; ageMs: number }
  | { kind: 'saving'; count: number }
  /** `saved`: edits that are durable on this device and wait. */
  | { kind: 'offline'; saved: number }
  | { kind: 'catching-up' }
  | { kind: 'need-you'; count: number }
  | { kind: 'stale'; ageMs: number }
  | { kind: 'stopped'; reason: StopReason };

/**
 * What the pill says about a view at a moment of the device's clock, in milliseconds. `own` is how much waits for this
 * person's decision.
 */
export function pillOf(view: View, now: number, own = needsOf(view, 0).own): Pill {
  const { health, pending } = view;
  if (health.state === 'stopped') return { kind: 'stopped', reason: health.reason };
  if (health.state !== 'live' && !isBlip(view, now)) {
    if (health.state === 'catching-up' || (health.state === 'connecting' && isJustStarted(view, now))) {
      return { kind: 'catching-up' };
    }
    const saved = pending.filter((edit) => edit.saved).length;
    const ageMs = view.syncedAt === null ? 0 : now - view.syncedAt;
    return saved === 0 && ageMs >= STALE_MS ? { kind: 'stale', ageMs } : { kind: 'offline', saved };
  }
  if (own > 0) return { kind: 'need-you', count: own };
  if (pending.length > 0) return { kind: 'saving', count: pending.length };
  if (health.state !== 'live' || health.by === 'socket') return { kind: 'live' };
  return health.by === 'saver'
    ? { kind: 'saver', ageMs: Math.max(0, now - (view.syncedAt ?? now)) }
    : { kind: 'live', every: POLL_MS / 1_000 };
}

/** What waits for a decision and the pill's own word does not say: what is the lead's, or all while there is trouble. */
export function badgeOf(pill: Pill, { own, others }: Needs): number {
  return pill.kind === 'need-you' ? others : own + others;
}

/** When the pill may read otherwise though nothing has happened, in device milliseconds; null for never. */
export function pillTurnsAt(view: View, now: number): number | null {
  const { health, troubledSince, syncedAt } = view;
  if (health.state === 'live' && health.by === 'saver' && syncedAt !== null) {
    return syncedAt + (Math.floor(Math.max(0, now - syncedAt) / SAVER_STEP_MS) + 1) * SAVER_STEP_MS;
  }
  if (health.state === 'live' || health.state === 'stopped') return null;
  if (troubledSince !== null && now < troubledSince + HIDDEN_OUTAGE_MS)
    return troubledSince + HIDDEN_OUTAGE_MS;
  if (syncedAt === null) return null;
  return syncedAt + Math.max(1, Math.floor((now - syncedAt) / STALE_MS) + 1) * STALE_MS;
}

/** The pill in words. */
export function pillWords(pill: Pill): string {
  switch (pill.kind) {
    case 'live':
      return pill.every === undefined ? t('pill.live') : t('pill.liveEvery', { count: pill.every });
    case 'saver':
      return saverWords(pill.ageMs);
    case 'saving':
      return t('pill.saving', { count: pill.count });
    case 'offline':
      return pill.saved === 0 ? t('pill.offline') : t('pill.offlineSaved', { count: pill.saved });
    case 'catching-up':
      return t('pill.catchingUp');
    case 'need-you':
      return t('pill.needYou', { count: pill.count });
    case 'stale':
      return staleWords(pill.ageMs);
    case 'stopped':
      return stopWords(pill.reason);
    default:
      return pill satisfies never;
  }
}

function staleWords(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 60) return t('pill.staleMinutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? t('pill.staleHours', { count: hours })
    : t('pill.staleDays', { count: Math.floor(hours / 24) });
}

function saverWords(ageMs: number): string {
  const seconds = Math.floor(ageMs / SAVER_STEP_MS) * (SAVER_STEP_MS / 1_000);
  if (seconds === 0) return t('pill.saverNow');
  return seconds < 60
    ? t('pill.saverSeconds', { count: seconds })
    : t('pill.saverMinutes', { count: Math.floor(seconds / 60) });
}

function stopWords(reason: StopReason): string {
  switch (reason) {
    case 'unauthenticated':
      return t('pill.signIn');
    case 'store-failed':
      return t('pill.storeFailed');
    case 'newer':
    case 'unknown-protocol':
      return t('pill.update');
    default:
      return t('pill.stopped');
  }
}

/** The board was current a moment ago, and the outage is too short to speak of. */
function isBlip({ ready, troubledSince, syncedAt }: View, now: number): boolean {
  return (
    ready &&
    troubledSince !== null &&
    now - troubledSince < HIDDEN_OUTAGE_MS &&
    syncedAt !== null &&
    troubledSince - syncedAt < STALE_MS
  );
}

/** The first try of all is under way: nothing says yet that the hub is out of reach. */
function isJustStarted({ troubledSince }: View, now: number): boolean {
  return troubledSince !== null && now - troubledSince < HIDDEN_OUTAGE_MS;
}
