import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import type { Kiosk } from '../../state/kiosk.ts';
import { initialsOf } from '../../state/presence.ts';
import { LockIcon } from './LockIcon.tsx';

/** In the header of an enrolled device: who has opened it, and locks it by that; or the way to say who is here. */
export function KioskHead({ kiosk }: { kiosk: Kiosk }) {
  const { person } = kiosk;
  if (!person) {
    return (
      <button type="button" class="button kiosk-head" data-main onClick={() => kiosk.ask()}>
        <LockIcon />
        <span>{t('kiosk.ask')}</span>
      </button>
    );
  }
  if (!kiosk.isShared.value) return null;
  return (
    <button
      type="button"
      class="button kiosk-head"
      aria-label={t('kiosk.lock', { name: person.name })}
      onClick={() => kiosk.lock()}
    >
      <span class="avatar" data-text={initialsOf(person.name)} aria-hidden="true" />
      <span>{person.name}</span>
      <LockIcon />
    </button>
  );
}
