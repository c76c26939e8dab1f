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
    case 'pin-changed':
    case 'token-made':
    case 'token-ended':
    case 'exported':
      return t(`security.${type}`, { who });
    case 'sign-in-failed':
    case 'sign-in-locked':
      return t(`security.${type}`, { whom });
    case 'pin-locked':
      return t(details.blocked === true ? 'security.pin-locked.blocked' : 'security.pin-locked', { whom });
    case 'role-changed':
    case 'removed':
    case 'password-link-made':
    case 'pin-made':
    case 'pin-unlocked':
      return t(`security.${type}`, { who, whom });
    case 'session-ended': {
      const count = Number(details.count);
      return actor?.id === subject?.id
        ? t('security.session-ended.own', { who, count })
        : t('security.session-ended', { who, whom, count });
    }
    case 'device-enrolled':
    case 'device-ended':
      return t(`security.${type}`, { who, name: textOf(details.name) });
    case 'device-renamed':
      return t('security.device-renamed', { who, name: textOf(details.name), was: textOf(details.was) });
    default:
      return type satisfies never;
  }
}

/** With what it was done, and where, as far as that was kept. */
export function securityDetail({ details }: SecurityEntry): string {
  const { via, device, agent, place, offline } = details;
  const how = via === 'pin' && t(offline === true ? 'security.by-pin-offline' : 'security.by-pin');
  return [how, device, agent, place].filter((part) => typeof part === 'string').join(' · ');
}

/** A device is told of as it was called then. */
function textOf(detail: SecurityEntry['details'][string] | undefined): string {
  return typeof detail === 'string' ? detail : t('security.nobody');
}

function nameOf(named: Named | null): string {
  return named?.name ?? t('security.nobody');
}
