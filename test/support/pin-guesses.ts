import { PIN_TRIES_MAX, PIN_WAIT_MS_MIN } from '../../worker/protocol/limits.ts';
import type { Hub } from './hub.ts';
import { enterPin } from './pin.ts';

export interface Guessed {
  answered: number;
  /** PINs that were looked at. */
  looked: number;
  /** Answers that are neither "wrong" nor "wait". */
  strange: number[];
  /** Sent again because the hub was down. */
  again: number;
  ms: number;
}

/** Wrong PINs of one person, all sent at once; one that gets no answer is sent again when the hub is `up`. */
export async function guessPins(
  hub: Hub,
  device: string,
  person: string,
  times: number,
  up: () => Promise<void> = () => Promise.resolve(),
): Promise<Guessed> {
  let waiting: Promise<void> | null = null;
  const isUp = (): Promise<void> => {
    waiting ??= up().finally(() => {
      waiting = null;
    });
    return waiting;
  };
  const began = performance.now();
  const guessed: Guessed = { answered: 0, looked: 0, strange: [], again: 0, ms: 0 };
  const guess = async (pin: string): Promise<void> => {
    for (;;) {
      const response = await enterPin(hub, device, person, pin).catch(() => null);
      const isRead = await response?.arrayBuffer().then(
        () => true,
        () => false,
      );
      if (response && isRead && response.status < 500) {
        guessed.answered++;
        if (response.status === 401) guessed.looked++;
        else if (response.status !== 429) guessed.strange.push(response.status);
        return;
      }
      guessed.again++;
      await isUp();
    }
  };
  // None of them is the right one, which begins with a 7.
  await Promise.all(Array.from({ length: times }, (_, i) => guess(String(1_000 + (i % 5_000)))));
  return { ...guessed, ms: performance.now() - began };
}

/** How many may be looked at in a time: five, and one more with every wait that is over. */
export function mostLooked(ms: number): number {
  let most = PIN_TRIES_MAX;
  for (let ends = PIN_WAIT_MS_MIN; ends <= ms; ends = 2 * ends + PIN_WAIT_MS_MIN) most++;
  return most;
}
