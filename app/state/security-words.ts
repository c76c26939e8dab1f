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
    case 'site-changed':
      return t(`security.${type}`, { who });
    case 'exported':
      return t('documents' in details ? 'security.exported.own' : 'security.exported', { who });
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
export function securityDetail({ type, details }: SecurityEntry): string {
  const parts = type === 'site-changed' ? changeWords(details) : placeWords(details);
  return parts.filter((part) => typeof part === 'string').join(' · ');
}

function placeWords({ via, device, agent, place, offline }: SecurityEntry['details']): unknown[] {
  const how = via === 'pin' && t(offline === true ? 'security.by-pin-offline' : 'security.by-pin');
  return [how, device, agent, place];
}

/** A device is told of as it was called then. */
function textOf(detail: SecurityEntry['details'][string] | undefined): string {
  return typeof detail === 'string' ? detail : t('security.nobody');
}

/** What of a site's settings is another than before. */
function changeWords({
  name,
  nameBefore,
  timeZone,
  timeZoneBefore,
  renamed,
  added,
  removed,
  reordered,
  shifts,
}: SecurityEntry['details']): (string | null)[] {
  return [
    name ? t('security.change.name', { name: `${name}`, before: `${nameBefore}` }) : null,
    timeZone ? t('security.change.timeZone', { name: `${timeZone}`, before: `${timeZoneBefore}` }) : null,
    renamed ? t('security.change.renamed', { names: `${renamed}` }) : null,
    added ? t('security.change.added', { names: `${added}` }) : null,
    removed ? t('security.change.removed', { names: `${removed}` }) : null,
    reordered ? t('security.change.reordered') : null,
    shifts ? t('security.change.shifts') : null,
  ];
}

function nameOf(named: Named | null): string {
  return named?.name ?? t('security.nobody');
}
