import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from './limits.ts';

/** Different digits of a PIN at least: with fewer it is seen from across the belt. */
const DIFFERENT_MIN = 3;
/** Lines and corners of a keypad, and what is thought of first. */
const KNOWN = new Set(
  `2580 0852 1379 1397 3179 3971 7139 7931 9317 9713 1470 0741 3690 0963 1236 1478 1590 3570 1231 4567
  147258 258369 147369 159357 159753 357159 123654 321654 456123 789456 123789 102030 147896 124578`.split(
    /\s+/,
  ),
);

/** True for four to six digits, which is what a PIN can be. */
export function isPin(text: string): boolean {
  return /^[0-9]+$/.test(text) && text.length >= PIN_DIGITS_MIN && text.length <= PIN_DIGITS_MAX;
}

/** True for a PIN that guessing begins with: few digits, a run, a half twice, a year, a line on the keypad. */
export function isTrivialPin(pin: string): boolean {
  const half = pin.slice(0, pin.length / 2);
  return (
    new Set(pin).size < DIFFERENT_MIN ||
    isEvenRun(pin) ||
    half + half === pin ||
    half + [...half].reverse().join('') === pin ||
    /^(19|20)\d\d$/.test(pin) ||
    KNOWN.has(pin)
  );
}

/** Each digit as far from the one before: `1234`, `9876`, `2468`, `7890`. */
function isEvenRun(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10);
  return new Set(steps).size === 1;
}
