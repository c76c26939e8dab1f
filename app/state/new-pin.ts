import { isPin, isTrivialPin } from '../../worker/protocol/pin.ts';
import { t } from '../messages/translate.ts';

/** What one proves by that a PIN is one's own to change: as the body of the request calls it. */
export type PinProof = 'password' | 'current';

/** What can be said of a PIN before the hub has seen it; null where nothing is wrong. */
export function newPinProblem(pin: string): string | null {
  if (pin === '') return t('setup.missing');
  if (!isPin(pin)) return t('pin.digits');
  return isTrivialPin(pin) ? t('kiosk.easyPin') : null;
}
