import { t } from '../messages/translate.ts';
import type { StopReason, View } from '../sync/view.ts';
import { pillOf } from './pill.ts';

/** The state of things in whole sentences. */
export function syncWords(view: View, now: number): string {
  const pill = pillOf(view, now);
  const saved = view.pending.filter((pending) => pending.saved).length;
  switch (pill.kind) {
    case 'live':
    case 'saver':
    case 'saving':
    case 'need-you':
      return view.pending.length === 0 ? liveWords(view) : t('sync.saving', { count: view.pending.length });
    case 'catching-up':
      return t('sync.catchingUp');
    case 'offline':
    case 'stale':
      return saved === 0 ? t('sync.offline') : t('sync.offlineSaved', { count: saved });
    case 'stopped':
      return stopWords(pill.reason);
    default:
      return pill satisfies never;
  }
}

/** Only a newer version of the app can go on: to try again would find the same. */
export function isOutOfDate({ health }: View): boolean {
  return health.state === 'stopped' && (health.reason === 'newer' || health.reason === 'unknown-protocol');
}

function liveWords({ health }: View): string {
  if (health.state !== 'live' || health.by === 'socket') return t('sync.live');
  return t(health.by === 'saver' ? 'sync.liveSaver' : 'sync.liveHttp');
}

function stopWords(reason: StopReason): string {
  switch (reason) {
    case 'store-failed':
      return t('sync.storeFailed');
    case 'newer':
      return t('sync.newer');
    case 'unauthenticated':
      return t('sync.signIn');
    case 'unknown-protocol':
      return t('sync.update');
    default:
      return t('sync.stopped', { why: t(`error.${reason}`) });
  }
}
