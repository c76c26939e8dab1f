import type { Verification } from '../../worker/protocol/api.ts';
import type { Hub } from '../support/hub.ts';
import { pick, random } from '../support/random.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { type TamperReport, take, writesOf } from './tamper-runs.ts';
import { TAMPERING_NAMES, type Tables, tamper } from './tampering.ts';

/** A site of a real hub whose every version is in D1. */
export interface ArchivedOnD1 {
  hub: Hub;
  site: TestSite;
  version: number;
}

/** How long a checkpoint may take to come, in real time. */
const PATIENCE_MS = 40_000;
const TABLES = ['history', 'history_parts', 'history_cars'] as const;

/** Makes a site with some dozens of versions, and waits for its archive. */
export async function archiveOnD1(hub: Hub): Promise<ArchivedOnD1> {
  const site = await makeSite(hub);
  const { lead, worker } = site;
  const rows = Array.from({ length: 150 }, (_, i) => `L${i},${'é'.repeat(750)}`);
  await lead.request('POST', 'cars', { id: '100' });
  await lead.request('POST', 'cars/import', ['id,notes', ...rows].join('\n'));
  for (const note of ['a "quoted"\ttext', 'ñ 🚚 \u2028 \u0001 </script>', '\ud800 alone', '0x10 1e999 -0']) {
    await lead.request('PATCH', 'cars/100', { notes: note });
  }
  for (let i = 0; i < 24; i++) {
    await worker.request('PATCH', `cars/L${i % 5}`, {
      location: i % 2 ? '100' : '200',
      arrived: i % 3 === 0,
    });
  }
  await lead.request('DELETE', 'cars/L149');
  const { version } = (await (await lead.get('cars')).json()) as { version: number };
  await archiveIsAt(hub, site.id, version);
  return { hub, site, version };
}

/** Waits until the archive of a site is as of a version. */
export async function archiveIsAt(hub: Hub, site: string, version: number): Promise<void> {
  const started = Date.now();
  for (;;) {
    const mark = hub.db.prepare('SELECT version FROM archive_sites WHERE site = ?').bind(site);
    if ((await mark.first('version')) === version) return;
    if (Date.now() - started > PATIENCE_MS) throw new Error('the archive does not come');
    await new Promise((done) => setTimeout(done, 250));
  }
}

/**
 * R14 on the real thing: alters D1's rows in so many random ways, its triggers dropped, each time from what was
 * written, and asks the hub over HTTP. D1 is as it was afterwards, but for the triggers.
 */
export async function tamperD1Runs(
  { hub, site }: ArchivedOnD1,
  count: number,
  seed = 1,
): Promise<TamperReport> {
  const next = random(seed);
  const tables = await tablesOf(hub, site.id);
  await dropTriggers(hub);
  const report: TamperReport = { runs: 0, undetected: [], kinds: {}, verdicts: {} };
  for (; report.runs < count; report.runs++) {
    const how = pick(next, TAMPERING_NAMES);
    await put(hub, site.id, tamper(tables, how, next));
    take(report, how, await verdictOf(site.lead), `seed ${seed}, run ${report.runs}`);
  }
  await put(hub, site.id, tables);
  return report;
}

/** What the hub says of the whole archive, page by page. `checked` is the sum. */
export async function verdictOf(lead: TestPerson): Promise<Verification> {
  let checked = 0;
  let to: number | null = null;
  let query = '';
  for (;;) {
    const response = await lead.get(`history/verify${query}`);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const page: Verification = await response.json();
    checked += page.checked;
    if (!page.ok) return { ...page, checked };
    to ??= page.to;
    if (!page.next) return { ...page, checked, to };
    query = `?before=${page.next.before}&expect=${page.next.expect}`;
  }
}

async function dropTriggers(hub: Hub): Promise<void> {
  const triggers = hub.db.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'history%'",
  );
  const { results } = await triggers.all<{ name: string }>();
  for (const { name } of results) await hub.db.prepare(`DROP TRIGGER ${name}`).run();
}

async function tablesOf(hub: Hub, site: string): Promise<Tables> {
  const all = async <T>(sql: string): Promise<T[]> =>
    (await hub.db.prepare(`${sql} WHERE site = ?`).bind(site).all<T>()).results;
  return {
    history: await all('SELECT version, at, person, type, entry, parts, size FROM history'),
    parts: await all('SELECT version, part, cars FROM history_parts'),
    cars: await all('SELECT car, version FROM history_cars'),
  };
}

async function put(hub: Hub, site: string, tables: Tables): Promise<void> {
  await hub.db.batch([
    ...TABLES.map((table) => hub.db.prepare(`DELETE FROM ${table} WHERE site = ?`).bind(site)),
    ...writesOf(site, tables).map(({ sql, rows }) => hub.db.prepare(sql).bind(rows)),
  ]);
}
