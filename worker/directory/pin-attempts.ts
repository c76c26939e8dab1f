import type { PinLockNamespace } from '../env.ts';
import { PIN_TRIES_PER_PERSON_MAX, PIN_TRIES_WINDOW_MS } from '../protocol/limits.ts';
import { keyOf, reached } from './attempts.ts';

export interface PinTried {
  /** Person id of the device. */
  device: string;
  person: string;
  /** Of the person's counts by device: with another one they begin anew. */
  round: number;
  /** The PIN as it is stored: with another one the count over all devices begins anew, too. */
  pin: string;
}

export type PinAttempt =
  | {
      ok: true;
      ifWrong: 'none' | 'wait' | 'lead';
      right(): Promise<void>;
      /** Nobody found out whether it was right. */
      undecided(): Promise<void>;
    }
  | { ok: false; code: 'pin-locked'; seconds: number }
  | { ok: false; code: 'pin-blocked' };

/**
 * Counts a PIN before it is looked at: by device and person, and by person over all devices. What the first refuses
 * counts nothing for the second, else one tablet could lock somebody out of all. Unlocking begins the first anew, and not
 * the second: else whoever may unlock could guess for as long as they like. Errors: `D1Unavailable`, which to a caller it
 * is alike.
 */
export async function countPin(
  counters: PinLockNamespace,
  { device, person, round, pin }: PinTried,
  key: string,
): Promise<PinAttempt> {
  const here = counters.getByName(keyOf(`pin ${device} ${person} ${round}`, key));
  const everywhere = counters.getByName(keyOf(`pins ${person} ${pin}`, key));
  const turn = await reached(here.takePin());
  if (!turn.ok) return turn;
  const wider = await reached(everywhere.take(PIN_TRIES_PER_PERSON_MAX, PIN_TRIES_WINDOW_MS));
  if (!wider.ok) {
    await reached(here.giveBackPin());
    return { ok: false, code: 'pin-locked', seconds: wider.seconds };
  }
  return {
    ok: true,
    ifWrong: turn.ifWrong,
    // Its owner's right one is no reason to forget what somebody else has tried on other devices.
    right: async () => void (await reached(Promise.all([here.forget(), everywhere.giveBack()]))),
    undecided: async () => void (await reached(Promise.all([here.giveBackPin(), everywhere.giveBack()]))),
  };
}
