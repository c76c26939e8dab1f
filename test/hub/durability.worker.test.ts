import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { verdictOf } from '../archive/tamper-d1-runs.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { editsOf, openDevice } from '../support/raw-device.ts';
import { makeSite, type TestSite } from '../support/site.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const open = () => openDevice(hub.origin, site.id, site.lead.cookie);
const add = (car: string) => ({ type: 'add', car }) as const;
const arrive = (car: string) => ({ type: 'set', car, fields: { arrived: true } }) as const;

/** The archive's version catches up with the hub's: a checkpoint comes within its delay, here in real time. */
async function archivedUpTo(version: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const row = await hub.db
        .prepare('SELECT version FROM archive_sites WHERE site = ?')
        .bind(site.id)
        .first();
      expect(row?.version).toBeGreaterThanOrEqual(version);
    },
    { timeout: 40_000, interval: 250 },
  );
}

test('E1 an acknowledged edit is there after the hub is killed', async () => {
  const device = await open();
  await device.hello();
  const [added] = await device.push(add('E1-KILL'));
  expect(added).toMatchObject({ outcome: 'applied' });
  await hub.kill();
  await hub.restart();
  const car = await site.lead.get('cars/E1-KILL');
  expect(car.status).toBe(200);
});

test('E2 an edit sent again after a kill gets the same outcome and takes effect once', async () => {
  const device = await open();
  const { version, epoch } = await device.hello();
  const edits = editsOf([add('E2-TWICE'), { type: 'note', car: 'E2-TWICE', text: 'once' }], {
    seq: 1,
    base: version,
  });
  device.send({ type: 'push', edits });
  const first = await device.next('outcomes');
  await hub.kill();
  await hub.restart();

  const again = await openDevice(hub.origin, site.id, site.lead.cookie, device.id);
  const welcome = await again.hello({ epoch, version });
  expect(welcome.seq).toBe(2);
  // With a catch-up they come by the ids of their edits, and without an effect: that is in the cars.
  expect(welcome.outcomes).toMatchObject(
    first.outcomes.map(({ seq, at, outcome }, i) => ({ seq, at, outcome, id: edits[i]?.id })),
  );
  again.send({ type: 'push', edits });
  expect((await again.next('outcomes')).outcomes).toEqual(first.outcomes);
  const { notes } = (await (await site.lead.get('cars/E2-TWICE')).json()) as { notes: string };
  expect(notes).toBe('once');
});

test('V1 versions go on without a gap or a repeat across eviction and kill', async () => {
  const versions: number[] = [];
  const device = await open();
  const { version: before } = await device.hello();
  const push = async (from: typeof device, car: string) => {
    for (const outcome of await from.push(add(car)))
      if (outcome.outcome === 'applied') versions.push(outcome.version);
  };
  await push(device, 'V1-A');
  await hub.evict(site.id);
  await push(device, 'V1-B');
  await hub.kill();
  await hub.restart();
  const other = await open();
  await other.hello();
  await push(other, 'V1-C');
  expect(versions).toEqual([before + 1, before + 2, before + 3]);
});

test('H1 an evicted hub keeps its sockets: who they are, what they take and that they hear of changes', async () => {
  const [mover, watcher] = await Promise.all([open(), open()]);
  await Promise.all([mover.hello(), watcher.hello()]);
  await hub.evict(site.id);
  const [moved] = await mover.push(add('H1-CAR'));
  expect(moved).toMatchObject({ outcome: 'applied' });
  if (moved?.outcome !== 'applied') return;
  const told = async (): Promise<number> => {
    const { to } = await watcher.next('changes');
    return to >= moved.version ? to : told();
  };
  expect(await told()).toBe(moved.version);
});

test('C3 a listener the hub was evicted under is told which version it should be at', async () => {
  const [mover, watcher] = await Promise.all([open(), open()]);
  await Promise.all([mover.hello(), watcher.hello()]);
  const [moved] = await mover.push(add('C3-CAR'));
  await hub.evict(site.id);
  mover.send({ type: 'where', car: 'C3-CAR' });
  if (moved?.outcome !== 'applied') throw new Error('not applied');
  const told = async (): Promise<void> => {
    if ((await watcher.next('changes')).to < moved.version) await told();
  };
  await told();
});

test('A2 the archive gets what changed, says as of which version, and never runs ahead of the hub', async () => {
  const device = await open();
  await device.hello();
  await device.push(add('A2-CAR'));
  const [last] = await device.push(arrive('A2-CAR'));
  if (last?.outcome !== 'applied') throw new Error('not applied');
  await archivedUpTo(last.version);
  const { version } = (await (await site.lead.get('cars')).json()) as { version: number };
  const head = await hub.db
    .prepare('SELECT version FROM archive_sites WHERE site = ?')
    .bind(site.id)
    .first('version');
  expect(head).toBeLessThanOrEqual(version);
  const rows = await hub.db
    .prepare('SELECT count(*) AS n FROM history WHERE site = ?')
    .bind(site.id)
    .first('n');
  expect(rows).toBe(head);
  // The mark is the hub's word to its devices that they need not keep the edit any longer (rule O2).
  const [next] = await device.push(arrive('V1-A'));
  expect(next?.outcome).toBe('applied');
  expect(device.frames.filter((frame) => frame.type === 'outcomes').at(-1)?.archived).toBeGreaterThanOrEqual(
    last.version,
  );
}, 60_000);

test('A1 killed with its alarm just set, the hub copies itself to the archive though nobody comes back', async () => {
  const device = await open();
  await device.hello();
  const [last] = await device.push(add('A1-KILL'));
  await hub.kill();
  if (last?.outcome !== 'applied') throw new Error('not applied');
  await hub.restart();
  await archivedUpTo(last.version);
}, 60_000);

test('with D1 down a known device comes back and edits, and the archive follows when D1 is up again', async () => {
  const device = await open();
  await device.hello();
  const [before] = await device.push(add('D1-BEFORE'));
  expect(before?.outcome).toBe('applied');
  device.socket.close();
  const giveBack = takeD1Down(hub.stateDir);
  let version = 0;
  try {
    await hub.evict(site.id, 'close');
    const back = await openDevice(hub.origin, site.id, site.lead.cookie, device.id);
    await back.hello();
    const [during] = await back.push(add('D1-DURING'));
    expect(during?.outcome).toBe('applied');
    if (during?.outcome === 'applied') ({ version } = during);
  } finally {
    giveBack();
  }
  await archivedUpTo(version);
}, 90_000);

test('a roster of long notes, whose log entry fits no row, is kept whole and can be undone', async () => {
  const roster = (letter: string) =>
    ['id,notes', ...Array.from({ length: 200 }, (_, i) => `LONG-${i},${letter.repeat(1_900)}`)].join('\n');
  await site.lead.request('POST', 'cars/import', roster('ü'));
  const answer = await site.lead.request('POST', 'cars/import', roster('é'));
  const { version } = (await answer.json()) as { version: number };
  const rows = await hub.sql<{ bytes: number; parts: number }>(
    site.id,
    'SELECT length(CAST(entry AS BLOB)) AS bytes, parts FROM log WHERE version = ?',
    version,
  );
  expect(rows[0]?.bytes).toBeLessThan(2_000_000);
  expect(rows[0]?.parts).toBeGreaterThan(0);
  await hub.evict(site.id);
  const device = await open();
  await device.hello();
  expect(await device.push({ type: 'undo', version })).toMatchObject([{ outcome: 'applied' }]);
  expect(await (await site.lead.get('cars/LONG-199')).json()).toMatchObject({ notes: 'ü'.repeat(1_900) });
});

test('V2 a hub that finds its own storage empty begins a new epoch from the archive, versions going on', async () => {
  const device = await open();
  const { epoch } = await device.hello();
  const [last] = await device.push({ type: 'set', car: 'A2-CAR', fields: { location: '300', late: true } });
  if (last?.outcome !== 'applied') throw new Error('not applied');
  await archivedUpTo(last.version);
  await hub.kill();
  const objects = join(hub.stateDir, 'v3', 'do');
  for (const folder of readdirSync(objects)) rmSync(join(objects, folder), { recursive: true });
  await hub.restart();

  const back = await openDevice(hub.origin, site.id, site.lead.cookie, device.id);
  const welcome = await back.hello({ epoch, version: last.version });
  expect(welcome.epoch).not.toBe(epoch);
  expect(welcome.version).toBe(last.version);
  expect(welcome.seq).toBe(0);
  expect(welcome.snapshot?.ids).toContain('A2-CAR');
  const car = await (await site.lead.get('cars/A2-CAR')).json();
  expect(car).toMatchObject({ location: '300', late: true, arrived: true, version: last.version });
  const [next] = await back.push(arrive('V1-B'));
  expect(next).toMatchObject({ outcome: 'applied', version: last.version + 1 });
  // What it writes follows on what the lost one left (rule A1).
  await archivedUpTo(last.version + 1);
  expect(await verdictOf(site.lead)).toMatchObject({ ok: true, from: 1, to: last.version + 1, next: null });
}, 60_000);
