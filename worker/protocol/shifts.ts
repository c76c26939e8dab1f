import type { Shift } from './site.ts';

const DAY_MINUTES = 24 * 60;

/** True for `00:00` to `23:59`. */
export function isTimeOfDay(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Minutes from midnight of a time as `HH:MM`. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** How long a shift is, in minutes; across midnight where it ends before it starts. */
export function lengthOf({ start, end }: Pick<Shift, 'start' | 'end'>): number {
  return (minutesOf(end) - minutesOf(start) + DAY_MINUTES) % DAY_MINUTES;
}

/** Of the shifts that are on at a minute of the site's day the one that began last; null between shifts. */
export function shiftAt(shifts: readonly Shift[], minute: number): Shift | null {
  const since = ({ start }: Shift): number => (minute - minutesOf(start) + DAY_MINUTES) % DAY_MINUTES;
  const on = shifts.filter((shift) => since(shift) < lengthOf(shift));
  return on.toSorted((a, b) => since(a) - since(b))[0] ?? null;
}
