import { SHIFTS_MAX } from '../../worker/protocol/limits.ts';
import { isTimeOfDay, lengthOf } from '../../worker/protocol/shifts.ts';
import { foldLocation, type Shift } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';

/** How long a shift is that is added, until somebody says otherwise. */
const USUAL_HOURS = 8;
const FIRST_START = '06:00';

/** The list with one more, which begins where the last one ends; the same list where it is full. */
export function withShift(shifts: readonly Shift[]): readonly Shift[] {
  if (shifts.length >= SHIFTS_MAX) return shifts;
  const end = shifts.at(-1)?.end ?? '';
  const start = isTimeOfDay(end) ? end : FIRST_START;
  const hours = (Number(start.slice(0, 2)) + USUAL_HOURS) % 24;
  const later = `${String(hours).padStart(2, '0')}${start.slice(2)}`;
  return [...shifts, { name: freeName(shifts), start, end: later }];
}

/** What is wrong with each shift, in words; null where nothing is. */
export function shiftProblems(shifts: readonly Shift[]): readonly (string | null)[] {
  return shifts.map((shift, i) => {
    const { name, start, end } = shift;
    if (name.trim() === '') return t('shifts.noName');
    if (shifts.findIndex((other) => isNamed(other, name)) < i)
      return t('shifts.twice', { name: name.trim() });
    if (!isTimeOfDay(start) || !isTimeOfDay(end)) return t('shifts.noTime');
    return lengthOf(shift) === 0 ? t('shifts.noLength') : null;
  });
}

/** As the hub is to have them. */
export function shiftsOf(shifts: readonly Shift[]): Shift[] {
  return shifts.map(({ name, start, end }) => ({ name: name.trim(), start, end }));
}

/** `8 h`, or `7 h 30 min`. */
export function shiftLength(shift: Shift): string {
  const minutes = lengthOf(shift);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? t('shifts.hours', { hours }) : t('shifts.hoursMinutes', { hours, minutes: rest });
}

function freeName(shifts: readonly Shift[]): string {
  const names = Array.from({ length: SHIFTS_MAX }, (_, i) => t('shifts.numbered', { number: i + 1 }));
  return names.find((name) => !shifts.some((shift) => isNamed(shift, name))) ?? '';
}

function isNamed(shift: Shift, name: string): boolean {
  return foldLocation(shift.name) === foldLocation(name);
}
