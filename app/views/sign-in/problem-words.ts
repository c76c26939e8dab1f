import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';

/** Why something that was asked of the hub has not come about, and how long to wait. */
export function problemWords(reply: Reply<unknown> & { ok: false }): string {
  const words = t(`error.${reply.code}`);
  return reply.retryAfterSeconds === undefined
    ? words
    : `${words} ${t('signIn.wait', { count: reply.retryAfterSeconds })}`;
}
