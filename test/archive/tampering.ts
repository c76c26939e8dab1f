import type { StoredEntry } from '../../worker/archive/stored-entry.ts';
import { sha256 } from '../../worker/hash.ts';
import { entryText } from '../../worker/protocol/chain.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';

/** All rows of a site's history, as they lie in the archive. */
export interface Tables {
  history: HistoryRow[];
  parts: { version: number; part: number; cars: string }[];
  cars: { car: string; version: number }[];
}

export type HistoryRow = Omit<StoredEntry, 'inParts' | 'cars'>;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The ways to make an archive something else than what was written. Each changes the tables it is given. */
export const TAMPERINGS = {
  /** A value of an entry, one more or one less; the cleverer ones put right all that is found by it. */
  edit({ history, parts }, next) {
    const row = pick(next, history);
    const inParts = parts.filter(({ version }) => version === row.version);
    if (inParts.length > 0 && chance(next, 0.6)) {
      const part = pick(next, inParts);
      part.cars = changed(part.cars, next);
      return;
    }
    row.entry = changed(row.entry, next);
    if (chance(next, 0.5)) putRight(row);
  },
  /** One entry, and then the hashes of all that follow, so that the archive agrees with itself. */
  rewrite({ history }, next) {
    const rows = history.filter(({ parts }) => parts === 0);
    const row = pick(next, rows);
    const entry: LogEntry = JSON.parse(row.entry);
    entry.by = `${entry.by}x`;
    write(row, entry);
    let before = row.version;
    let hash = sha256(entryText(entry));
    for (const later of history.toSorted((a, b) => a.version - b.version)) {
      if (later.version !== before + 1) continue;
      const told: LogEntry = { ...JSON.parse(later.entry), prev: hash };
      later.entry = JSON.stringify(told);
      hash = sha256(entryText(told));
      before = later.version;
    }
  },
  index({ history }, next) {
    const row = pick(next, history);
    const column = pick(next, ['at', 'person', 'type', 'size', 'parts'] as const);
    if (column === 'person' || column === 'type') row[column] = `${row[column]}x`;
    else row[column] += integer(next, 1, 9);
  },
  delete(tables, next) {
    const { version } = pick(next, tables.history);
    drop(tables, (row) => row.version === version, chance(next, 0.5));
  },
  /** Some of the newest or of the oldest. */
  truncate(tables, next) {
    const versions = tables.history.map(({ version }) => version);
    const many = integer(next, 1, versions.length);
    const [from, to] = [Math.max(...versions) - many, Math.min(...versions) + many];
    const isNewest = chance(next, 0.5);
    drop(tables, ({ version }) => (isNewest ? version > from : version < to), chance(next, 0.8));
  },
  /** Two entries in each other's place, saying so of themselves or not. */
  reorder({ history }, next) {
    const [one, other] = two(history, next);
    const [first, second]: LogEntry[] = [JSON.parse(one.entry), JSON.parse(other.entry)];
    const isClever = chance(next, 0.5);
    write(one, isClever ? { ...second!, version: one.version } : second!);
    write(other, isClever ? { ...first!, version: other.version } : first!);
  },
  /** One more on top, chained as it should be. */
  insert({ history, cars }, next) {
    const newest = history.reduce((a, b) => (a.version > b.version ? a : b));
    const before: LogEntry = JSON.parse(newest.entry);
    const version = newest.version + 1;
    const entry = { ...before, version, prev: sha256(entryText(before)), id: 'forged' };
    const row = { ...newest, version, parts: 0 };
    write(row, entry);
    history.push(row);
    if (chance(next, 0.5)) for (const { id } of entry.cars) cars.push({ car: id, version });
  },
  parts({ parts }, next) {
    const part = pick(next, parts);
    const others = parts.filter(({ version }) => version === part.version);
    const dice = integer(next, 0, 3);
    if (dice === 0) parts.splice(parts.indexOf(part), 1);
    else if (dice === 1) parts.push({ ...part, part: others.length + integer(next, 0, 2) });
    else if (dice === 2 && others.length > 1) {
      const [one, other] = two(others, next);
      [one.cars, other.cars] = [other.cars, one.cars];
    } else part.part += others.length + integer(next, 0, 3);
  },
  /** Parts where there were none. */
  stray({ history, parts, cars }, next) {
    const row = pick(
      next,
      history.filter((one) => one.parts === 0),
    );
    const above = history.length + integer(next, 1, 3);
    const dice = integer(next, 0, 2);
    if (dice === 0) parts.push({ version: row.version, part: 0, cars: '[]' });
    else if (dice === 1) parts.push({ version: above, part: 0, cars: '[]' });
    else cars.push({ car: '101', version: pick(next, [0, -1, above]) });
  },
  cars({ history, cars }, next) {
    const listed = pick(next, cars);
    const dice = integer(next, 0, 2);
    if (dice === 0) cars.splice(cars.indexOf(listed), 1);
    else if (dice === 1) listed.car = `${listed.car}X`;
    else cars.push({ car: 'FORGED', version: pick(next, history).version });
  },
} satisfies Record<string, (tables: Tables, next: Random) => void>;

export type Tampering = keyof typeof TAMPERINGS;
export const TAMPERING_NAMES = Object.keys(TAMPERINGS) as Tampering[];

/** What the tables are once somebody has been at them: never the same. */
export function tamper(tables: Tables, how: Tampering, next: Random): Tables {
  const before = JSON.stringify(tables);
  for (;;) {
    const copy: Tables = JSON.parse(before);
    TAMPERINGS[how](copy, next);
    if (JSON.stringify(copy) !== before) return copy;
  }
}

function drop(tables: Tables, isGone: (row: { version: number }) => boolean, thorough: boolean): void {
  tables.history = tables.history.filter((row) => !isGone(row));
  if (!thorough) return;
  tables.parts = tables.parts.filter((row) => !isGone(row));
  tables.cars = tables.cars.filter((row) => !isGone(row));
}

function two<T>(items: readonly T[], next: Random): [T, T] {
  const one = pick(next, items);
  return [
    one,
    pick(
      next,
      items.filter((item) => item !== one),
    ),
  ];
}

function write(row: HistoryRow, entry: LogEntry): void {
  row.entry = JSON.stringify(entry);
  putRight(row);
}

/** What an entry is found by, from what it says. */
function putRight(row: HistoryRow): void {
  const entry: Partial<LogEntry> = JSON.parse(row.entry);
  row.at = Number(entry.at ?? row.at);
  row.person = String(entry.by ?? row.person);
  row.type = String(entry.type ?? row.type);
  if (row.parts === 0) row.size = row.entry.length;
}

/** JSON that says something else, or the same in other characters. */
function changed(text: string, next: Random): string {
  const value: Json = JSON.parse(text);
  const holders = objectsIn(value);
  if (holders.length === 0 || chance(next, 0.05)) return `${text} `;
  const holder = pick(next, holders);
  const key = pick(next, Object.keys(holder).length > 0 ? Object.keys(holder) : ['extra']);
  const dice = integer(next, 0, 3);
  if (dice === 0) delete holder[key];
  else if (dice === 1)
    holder[pick(next, ['extra', 'undoes', 'settled', 'removed'])] = pick(next, [null, 1, true]);
  else holder[key] = other(holder[key] ?? null, next);
  return JSON.stringify(value);
}

function other(value: Json, next: Random): Json {
  if (typeof value === 'number') return pick(next, [value + 1, -value - 1, String(value)]);
  if (typeof value === 'string') return pick(next, [`${value}x`, value.slice(1), null]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.length > 1 ? value.toReversed() : [...value, 'x'];
  return value === null ? 0 : null;
}

function objectsIn(value: Json): { [key: string]: Json }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value, ...inside];
}
