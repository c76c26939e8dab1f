import { t } from '../messages/translate.ts';
import type { StopReason, View } from '../sync/view.ts';

/** Outages shorter than this are not worth a word. */
export const HIDDEN_OUTAGE_MS = 2_000;
/** A board older than this is told by its age. */
const STALE_MS = 60_000;

/** The one status of the app. `live` means that the hub has acknowledged everything. */
export type Pill =
  | { kind: 'live' }
  | { kind: 'saving'; count: number }
  /** `saved`: edits that are durable on this device and wait. */
  | { kind: 'offline'; saved: number }
  | { kind: 'catching-up' }
  | { kind: 'need-you'; count: number }
  | { kind: 'stale'; ageMs: number }
  | { kind: 'stopped'; reason: StopReason };

/** What the pill says about a view at a moment of the device's clock, in milliseconds. */
export function pillOf(view: View, now: number): Pill {
  const { health, pending, attention } = view;
  if (health.state === 'stopped') return { kind: 'stopped', reason: health.reason };
  if (health.state !== 'live' && !isBlip(view, now)) {
    if (health.state === 'catching-up' || (health.state === 'connecting' && isJustStarted(view, now))) {
      return { kind: 'catching-up' };
    }
    const saved = pending.filter((edit) => edit.saved).length;
    const ageMs = view.syncedAt === null ? 0 : now - view.syncedAt;
    return saved === 0 && ageMs >= STALE_MS ? { kind: 'stale', ageMs } : { kind: 'offline', saved };
  }
  if (attention.length > 0) return { kind: 'need-you', count: attention.length };
  return pending.length > 0 ? { kind: 'saving', count: pending.length } : { kind: 'live' };
}

/** When the pill may read otherwise though nothing has happened, in device milliseconds; null for never. */
export function pillTurnsAt(view: View, now: number): number | null {
  const { health, troubledSince, syncedAt } = view;
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
      return t('pill.live');
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

function stopWords(reason: StopReason): string {
  switch (reason) {
    case 'unauthenticated':
      return t('pill.signIn');
    case 'other-tab':
      return t('pill.otherTab');
    case 'store-failed':
      return t('pill.storeFailed');
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
