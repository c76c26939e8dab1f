import { verifyPage } from '../../worker/archive/verify.ts';
import { anchorOf } from '../../worker/engine/anchor.ts';
import { sha256 } from '../../worker/hash.ts';
import type { Verification } from '../../worker/protocol/api.ts';
import { pick, random } from '../support/random.ts';
import { ArchivedSite } from './archived-site.ts';
import { TAMPERING_NAMES, type Tables, type Tampering, tamper } from './tampering.ts';

export interface TamperReport {
  runs: number;
  /** What was done and not found out. */
  undetected: string[];
  /** How often each was done. */
  kinds: Record<string, number>;
  /** How often each was the verdict. */
  verdicts: Record<string, number>;
}

/**
 * R14: alters an archive in so many random ways, each time from what was written, and asks whether it is as it was
 * written. The archive's own code, on SQLite in this process. The same for the same seed.
 */
export async function tamperRuns(count: number, seed = 1): Promise<TamperReport> {
  const next = random(seed);
  const site = await writtenSite(seed);
  const intact = await verify(site);
  if (!intact.ok) throw new Error(`not even tampered with: ${JSON.stringify(intact)}`);
  const tables = tablesOf(site);
  const report: TamperReport = { runs: 0, undetected: [], kinds: {}, verdicts: {} };
  for (; report.runs < count; report.runs++) {
    const how = pick(next, TAMPERING_NAMES);
    put(site, tamper(tables, how, next));
    take(report, how, await verify(site), `seed ${seed}, run ${report.runs}`);
  }
  return report;
}

export function take(report: TamperReport, how: Tampering, verdict: Verification, run: string): void {
  report.kinds[how] = (report.kinds[how] ?? 0) + 1;
  const said = verdict.ok ? 'ok' : verdict.reason;
  report.verdicts[said] = (report.verdicts[said] ?? 0) + 1;
  if (verdict.ok) report.undetected.push(`${how} (${run})`);
}

/** A site of some dozens of versions, with an import that takes rows of its own, all in the archive. */
export async function writtenSite(seed: number): Promise<ArchivedSite> {
  const site = new ArchivedSite(seed);
  const rows = Array.from({ length: 150 }, (_, i) => ({ car: `L${i}`, fields: { notes: 'é'.repeat(750) } }));
  await site.work(20_000, 500);
  site.edit({ type: 'import', rows, mode: 'merge' });
  await site.work(20_000, 500);
  await site.clock.advance(20_000);
  return site;
}

/** Asks page by page, as a lead's screen does. */
export async function verify(site: ArchivedSite): Promise<Verification> {
  let place: Place = null;
  for (;;) {
    const page = await verifyOnce(site, place);
    if (!page.ok || !page.next) return page;
    place = { version: page.next.before - 1, hash: page.next.expect };
  }
}

type Place = Parameters<typeof verifyPage>[2];

/** One page of it. */
export async function verifyOnce({ hub, d1 }: ArchivedSite, place: Place): Promise<Verification> {
  const env = { now: hub.now, log: hub.twin, hash: sha256 };
  const answer = await verifyPage(d1.db, 'hub-1', place, async (newest) => ({
    ok: true,
    value: anchorOf(hub.state, env, newest),
  }));
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}

export function tablesOf({ d1: { raw } }: ArchivedSite): Tables {
  const all = (sql: string) => JSON.parse(JSON.stringify(raw.prepare(sql).all()));
  return {
    history: all('SELECT version, at, person, type, entry, parts, size FROM history ORDER BY version'),
    parts: all('SELECT version, part, cars FROM history_parts ORDER BY version, part'),
    cars: all('SELECT car, version FROM history_cars ORDER BY version, car'),
  };
}

/** Makes the archive these tables, whatever its triggers say. */
export function put({ d1: { raw } }: ArchivedSite, tables: Tables): void {
  for (const { name } of raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()) {
    raw.exec(`DROP TRIGGER ${name}`);
  }
  raw.exec('BEGIN; DELETE FROM history; DELETE FROM history_parts; DELETE FROM history_cars');
  for (const { sql, rows } of writesOf('hub-1', tables)) raw.prepare(sql).run(rows);
  raw.exec('COMMIT');
}

/** One statement a table, its rows as one parameter. */
export function writesOf(site: string, { history, parts, cars }: Tables): { sql: string; rows: string }[] {
  const column = (i: number) => `value ->> '$[${i}]'`;
  const put = (table: string, columns: string[], rows: unknown[][]) => ({
    sql: `INSERT INTO ${table} (site, ${columns.join()})
          SELECT '${site}', ${columns.map((_, i) => column(i)).join()} FROM json_each(?)`,
    rows: JSON.stringify(rows),
  });
  return [
    put(
      'history',
      ['version', 'at', 'person', 'type', 'entry', 'parts', 'size'],
      history.map((row) => [row.version, row.at, row.person, row.type, row.entry, row.parts, row.size]),
    ),
    put(
      'history_parts',
      ['version', 'part', 'cars'],
      parts.map((row) => [row.version, row.part, row.cars]),
    ),
    put(
      'history_cars',
      ['car', 'version'],
      cars.map((row) => [row.car, row.version]),
    ),
  ];
}
