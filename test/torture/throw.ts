import { isSettled, viewOnce } from '../support/node-client.ts';
import { until } from './first-answer.ts';
import type { Measure, Result } from './result.ts';
import { beginShift } from './work.ts';
import { openYard, type Yard } from './yard.ts';

export interface ThrowOptions extends Measure {
  devices: number;
}

/** Tables whose writing fails, and what makes the hub write them. */
const BROKEN: readonly { table: string; provoke: (yard: Yard) => Promise<unknown> }[] = [
  // A push, an edit and an import over HTTP.
  {
    table: 'car',
    provoke: ({ site, cars }) => site.lead.request('PATCH', `cars/${cars[1]}`, { late: true }),
  },
  {
    table: 'log',
    provoke: ({ site }) => site.lead.request('POST', 'cars/import', 'id,location\nNEW-1,Yard\n'),
  },
  { table: 'device', provoke: ({ site, cars }) => site.lead.request('DELETE', `cars/${cars[2]}`) },
  // Somebody new.
  { table: 'session', provoke: ({ site }) => site.viewer.get('cars') },
  // The mark of a checkpoint.
  { table: 'meta', provoke: ({ hub, site }) => untilReported(hub, site.id) },
];

/** What the hub may not do while something in it throws: be changed by half, lose an edit, or stay away. */
export async function throwing({ devices, seed }: ThrowOptions): Promise<Result> {
  await using yard = await openYard({ devices });
  const { hub, site, witness } = yard;
  const violations: string[] = [];
  const shift = beginShift(yard, seed);
  for (const { table, provoke } of BROKEN) {
    const failed = reports(yard);
    for (const write of ['INSERT', 'UPDATE']) {
      await hub.sql(
        site.id,
        `CREATE TRIGGER broken_${write} BEFORE ${write} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`,
      );
    }
    await provoke(yard);
    await until(() => reports(yard) > failed, 30_000);
    const before = await stored(yard);
    await provoke(yard);
    const after = await stored(yard);
    // The mark of a checkpoint stands apart: edits go on behind it.
    if (table !== 'meta' && table !== 'session' && before !== after)
      violations.push(`E1 with ${table} broken: ${before}, then ${after}`);
    for (const write of ['INSERT', 'UPDATE']) await hub.sql(site.id, `DROP TRIGGER broken_${write}`);
  }
  await shift.stop();
  for (const { client } of yard.devices) client.hint('online');
  await Promise.all(yard.devices.map(({ client }) => viewOnce(client, isSettled, 60_000)));
  const thrown = reports(yard);
  violations.push(...(await yard.judge()));
  return {
    torture: 'throw',
    violations,
    lines: [
      { label: 'tables broken under load', unit: '', value: BROKEN.length },
      { label: 'events that threw', unit: '', value: thrown },
      { label: 'edits acknowledged', unit: '', value: witness.answered },
    ],
  };
}

function reports({ hub }: Yard): number {
  return hub.logs.filter(({ message }) => /event failed|admission failed/.test(message)).length;
}

/** How much the hub's storage holds, table by table. */
async function stored({ hub, site }: Yard): Promise<string> {
  const [row] = await hub.sql<{ log: number; cars: number; seqs: number }>(
    site.id,
    `SELECT (SELECT coalesce(max(version), 0) FROM log) AS log, (SELECT count(*) FROM car) AS cars,
       (SELECT sum(seq) FROM device) AS seqs`,
  );
  return JSON.stringify(row);
}

async function untilReported(hub: Yard['hub'], site: string): Promise<void> {
  void site;
  const known = hub.logs.length;
  await until(() => hub.logs.slice(known).some(({ message }) => message.includes('event failed')), 30_000);
}
