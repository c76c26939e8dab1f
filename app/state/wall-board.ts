import { minutesOf, shiftAt } from '../../worker/protocol/shifts.ts';
import type { Shift, Site } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import type { View } from '../sync/view.ts';
import { pillOf, pillWords } from './pill.ts';

/** Why what hangs there is not what the hub has, to be read across a room. */
export interface WallNews {
  word: string;
  /** How old the board is; null where there is none yet. */
  age: string | null;
}

const MINUTE_MS = 60_000;

/** Null while the board is live. `now`: device milliseconds. */
export function wallNews(view: View, now: number): WallNews | null {
  // A wall decides nothing, so nothing waits for it.
  const pill = pillOf(view, now, 0);
  const age = view.syncedAt === null ? null : ageWords(Math.max(0, now - view.syncedAt));
  switch (pill.kind) {
    case 'live':
    case 'saver':
    case 'saving':
    case 'need-you':
      return null;
    case 'offline':
    case 'stale':
      return { word: t('pill.offline'), age };
    case 'catching-up':
      return { word: t('pill.catchingUp'), age };
    case 'stopped':
      return { word: pillWords(pill), age };
    default:
      return pill satisfies never;
  }
}

function ageWords(ageMs: number): string {
  return ageMs < MINUTE_MS
    ? t('wall.seconds', { count: Math.floor(ageMs / 1_000) })
    : pillWords({ kind: 'stale', ageMs });
}

/** The board is as of this moment, in hub milliseconds; null where there is none. */
export function boardAsOf(view: View, now: number): number | null {
  const at = wallNews(view, now) === null ? now : view.syncedAt;
  return at === null ? null : at + view.hubTimeOffsetMs;
}

/** The shift that is on, by the site's own clock. `hubNow`: hub milliseconds. */
export function shiftNow(site: Site | null, hubNow: number): Shift | null {
  if (!site?.shifts) return null;
  const clock = new Intl.DateTimeFormat('en', {
    timeZone: site.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return shiftAt(site.shifts, minutesOf(clock.format(hubNow)));
}

/** Some of the late cars: more than fit come by turns. */
export interface LatePage {
  cars: readonly string[];
  /** Of all of them the so many-th to the so many-th, from 1. */
  from: number;
  to: number;
}

/** How long a page of late cars stays. */
const PAGE_MS = 8_000;
const PAGE_CARS = 16;
/** Of numbers as long as these half as many fit. */
const LONG_CHARS = 8;

export function latePage(cars: readonly string[], now: number): LatePage {
  const most = isLong(cars) ? PAGE_CARS / 2 : PAGE_CARS;
  const pages = Math.max(1, Math.ceil(cars.length / most));
  const from = (Math.floor(now / PAGE_MS) % pages) * most;
  const shown = cars.slice(from, from + most);
  return { cars: shown, from: from + 1, to: from + shown.length };
}

/** How a page of late cars is laid out, on a wide wall and on a tall one. */
export interface LateGrid {
  wide: { columns: number; rows: number };
  tall: { columns: number; rows: number };
  /** Of the longest number. */
  chars: number;
}

/** The fewer there are, the larger they are. */
export function lateGrid(cars: readonly string[]): LateGrid {
  const few = cars.length <= 4;
  const wide = isLong(cars) || few ? 1 : 2;
  const tall = isLong(cars) || few ? 2 : 4;
  const rows = (columns: number, least: number) => Math.max(least, Math.ceil(cars.length / columns));
  return {
    wide: { columns: wide, rows: rows(wide, 4) },
    tall: { columns: tall, rows: rows(tall, 2) },
    chars: Math.max(5, ...cars.map((car) => car.length)),
  };
}

function isLong(cars: readonly string[]): boolean {
  return cars.some((car) => car.length > LONG_CHARS);
}

/** Columns in which so many locations fill a wall. */
export function placeColumns(count: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(count)));
}

/** Figures of the largest of these counts; they are all drawn in the same size. */
export function digitsOf(counts: readonly number[]): number {
  return Math.max(2, ...counts.map((count) => String(count).length));
}
