import { t } from '../messages/translate.ts';
import type { StopReason, View } from '../sync/view.ts';
import { pillOf } from './pill.ts';

/** The state of things in whole sentences. */
export function syncWords(view: View, now: number): string {
  const pill = pillOf(view, now);
  const saved = view.pending.filter((pending) => pending.saved).length;
  switch (pill.kind) {
    case 'live':
    case 'saving':
    case 'need-you':
      return view.pending.length === 0 ? t('sync.live') : t('sync.saving', { count: view.pending.length });
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

function stopWords(reason: StopReason): string {
  switch (reason) {
    case 'other-tab':
      return t('sync.otherTab');
    case 'store-failed':
      return t('sync.storeFailed');
    case 'unauthenticated':
      return t('sync.signIn');
    case 'unknown-protocol':
      return t('sync.update');
    default:
      return t('sync.stopped', { why: t(`error.${reason}`) });
  }
}
