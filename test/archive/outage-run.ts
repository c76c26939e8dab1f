import { setTimeout as pause } from 'node:timers/promises';
import type { Verification } from '../../worker/protocol/api.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import type { Hub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { makeSite } from '../support/site.ts';
import { verdictOf } from './tamper-d1-runs.ts';

export interface OutageReport {
  /** From an edit's sending to its outcome, 95th percentile, before the outage and during it. */
  normalP95Ms: number;
  outageP95Ms: number;
  /** Edits acknowledged during the outage. */
  edits: number;
  /** Checkpoints that failed meanwhile. */
  failures: number;
  /** From D1's healing until it had everything from before then. */
  drainedMs: number;
  verdict: Verification;
  /** Of the archive once all is there, and of the hub. */
  versions: { archive: number; rows: number; hub: number };
}

/** However busy the machine is, it is there by then or never. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 8;
const SEEN_EVERY = 50;
const CARS = ['701', '702', '703', '704'];

/**
 * R5 on the real thing: one person works without a pause, first as always and then with D1's file locked by this
 * process, for so many seconds each. Then D1 is given back, and must get everything.
 */
export async function outageRun(
  hub: Hub,
  { seconds, normalSeconds = seconds }: { seconds: number; normalSeconds?: number },
): Promise<OutageReport> {
  const site = await makeSite(hub);
  const device = await openDevice(hub.origin, site.id, site.lead.cookie);
  await device.hello();
  await device.push(...CARS.map((car) => ({ type: 'add', car }) as const));
  let made = 0;
  let version = CARS.length;
  const work = async (forSeconds: number): Promise<number[]> => {
    const until = Date.now() + forSeconds * 1_000;
    const tookMs: number[] = [];
    while (Date.now() < until) {
      const from = performance.now();
      const car = CARS[made % CARS.length] ?? '';
      const location = Math.floor(made++ / CARS.length) % 2 ? '100' : '200';
      const [outcome] = await device.push({ type: 'set', car, fields: { location } });
      tookMs.push(performance.now() - from);
      if (outcome?.outcome !== 'applied') throw new Error(`not applied: ${JSON.stringify(outcome)}`);
      ({ version } = outcome);
      if (made % SEEN_EVERY === 0) device.send({ type: 'seen', version, seq: outcome.seq });
      // As fast as a socket may send, and no faster.
      await pause(PAUSE_MS);
    }
    return tookMs;
  };
  const failed = () => hub.logs.filter(({ message }) => message.includes('checkpoint failed')).length;
  const normal = await work(normalSeconds);
  const before = failed();
  const heal = takeD1Down(hub.stateDir);
  let outage: number[];
  try {
    outage = await work(seconds);
  } finally {
    heal();
  }
  const healedAt = Date.now();
  const failures = failed() - before;
  const waited = version;
  await until(async () => (await numberIn(hub, MARK, site.id)) >= waited);
  const drainedMs = Date.now() - healedAt;
  const { version: last } = (await (await site.lead.get('cars')).json()) as { version: number };
  await until(async () => (await numberIn(hub, MARK, site.id)) === last);
  return {
    normalP95Ms: p95(normal),
    outageP95Ms: p95(outage),
    edits: outage.length,
    failures,
    drainedMs,
    verdict: await verdictOf(site.lead),
    versions: {
      archive: await numberIn(hub, MARK, site.id),
      rows: await numberIn(hub, ROWS, site.id),
      hub: last,
    },
  };
}

const MARK = 'SELECT version AS n FROM archive_sites WHERE site = ?';
const ROWS = 'SELECT count(*) AS n FROM history WHERE site = ?';

async function numberIn(hub: Hub, sql: string, site: string): Promise<number> {
  return (await hub.db.prepare(sql).bind(site).first<number>('n')) ?? 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const started = Date.now();
  while (!(await isSo())) {
    if (Date.now() - started > PATIENCE_MS) throw new Error('the archive does not get what it lacks');
    await new Promise((done) => setTimeout(done, 50));
  }
}

function p95(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}
