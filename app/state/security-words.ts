import type { Named, SecurityEntry } from '../../worker/protocol/security.ts';
import { t } from '../messages/translate.ts';

/** What happened, in a sentence. */
export function securityWords({ type, actor, subject, details }: SecurityEntry): string {
  const [who, whom] = [nameOf(actor), nameOf(subject)];
  switch (type) {
    case 'signed-in':
    case 'signed-out':
    case 'invited':
    case 'invitation-withdrawn':
    case 'joined':
    case 'site-made':
    case 'password-changed':
    case 'password-reset':
    case 'token-made':
    case 'token-ended':
    case 'exported':
      return t(`security.${type}`, { who });
    case 'sign-in-failed':
    case 'sign-in-locked':
      return t(`security.${type}`, { whom });
    case 'role-changed':
    case 'removed':
    case 'password-link-made':
      return t(`security.${type}`, { who, whom });
    case 'session-ended': {
      const count = Number(details.count);
      return actor?.id === subject?.id
        ? t('security.session-ended.own', { who, count })
        : t('security.session-ended', { who, whom, count });
    }
    default:
      return type satisfies never;
  }
}

/** With what it was done, and where, as far as that was kept. */
export function securityDetail({ details }: SecurityEntry): string {
  return [details.agent, details.place].filter((part) => typeof part === 'string').join(' · ');
}

function nameOf(named: Named | null): string {
  return named?.name ?? t('security.nobody');
}
