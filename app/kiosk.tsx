import { createHttp } from './http.ts';
import type { AppState } from './state/app-state.ts';
import { Kiosk } from './state/kiosk.ts';
import { OPENED } from './state/opened.ts';
import { HELD } from './state/session.ts';
import { vaultCrypto } from './storage/vault-crypto.ts';
import { vaultShelf } from './storage/vault-shelf.ts';
import { Vault } from './sync/vault/vault.ts';
import { KioskHead } from './views/kiosk/KioskHead.tsx';
import { KioskOver } from './views/kiosk/KioskOver.tsx';
import { kioskParts } from './views/kiosk-parts.ts';

/** Whoever types their PIN is not to wait for a hub that does not answer: then the device itself knows. */
const PATIENCE_MS = 5_000;
const INPUT = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/** From now on people can come and go on this enrolled device. */
export function followDevice(app: AppState): void {
  const shelf = vaultShelf();
  const kiosk = new Kiosk(app, {
    api: createHttp((path, init) => fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })),
    vault: new Vault(
      shelf,
      vaultCrypto(() => shelf.deviceKey()),
    ),
    inTurn: takeTurns(),
  });
  // Before anything else hears of it: what is pressed on a device that has been left is pressed on a locked one.
  for (const type of INPUT) {
    window.addEventListener(type, () => kiosk.touch(), { capture: true, passive: true });
  }
  window.addEventListener('storage', ({ key }) => {
    if (key === null || [OPENED, HELD, 'me'].some((name) => key.endsWith(`.${name}`))) kiosk.reread();
  });
  kioskParts.value = {
    Head: () => <KioskHead kiosk={kiosk} />,
    Over: () => <KioskOver kiosk={kiosk} />,
    keepPin: (pin, grant) => kiosk.keepChanged(pin, grant),
  };
}

/** All tabs of this browser share the cookies: one at a time changes them. */
function takeTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  const NAME = 'yardboard.kiosk';
  // Browsers without it have the tab to themselves, most of the time.
  if ('locks' in navigator) return async (run) => navigator.locks.request(NAME, run);
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
}
