import { type ReadonlySignal, signal } from '@preact/signals';

/** Nobody has touched the page for so long: whoever was at it has gone on to something else. */
const UNTOUCHED_MS = 5 * 60_000;
/** A page out of sight: another app is in front, or the phone is in a pocket. */
const HIDDEN_MS = 60_000;
const INPUT = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/** Whether nobody is at the page. */
export function pageRest(): ReadonlySignal<boolean> {
  const resting = signal(false);
  let timer = 0;
  const touched = (): void => {
    resting.value = false;
    clearTimeout(timer);
    timer = window.setTimeout(
      () => {
        resting.value = true;
      },
      document.visibilityState === 'hidden' ? HIDDEN_MS : UNTOUCHED_MS,
    );
  };
  for (const type of INPUT) window.addEventListener(type, touched, { capture: true, passive: true });
  document.addEventListener('visibilitychange', touched);
  touched();
  return resting;
}
