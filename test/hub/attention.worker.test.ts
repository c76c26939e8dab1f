import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttentionItem } from '../../worker/protocol/attention.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  await site.lead.request('POST', 'cars', { id: '414' });
});
afterAll(() => hub.stop());

const open = ({ cookie }: TestPerson, id?: string) => openDevice(hub.origin, site.id, cookie, id);
/** Nobody but a lead may. */
const removal = { type: 'remove', car: '414' } as const;

/** The next item that is told of. */
async function nextItem(device: RawDevice): Promise<AttentionItem> {
  const [item] = (await device.next('attention')).items;
  return item ?? nextItem(device);
}

/** What a lead who comes anew is shown. */
async function listed(): Promise<string[]> {
  const desk = await open(site.lead);
  const { attention } = await desk.hello();
  desk.socket.close();
  return attention?.ids ?? [];
}

test('E6 an open item is told to the lead on another socket, and survives an eviction and a kill', async () => {
  const [phone, desk] = await Promise.all([open(site.worker), open(site.lead)]);
  await Promise.all([phone.hello(), desk.hello()]);
  const [outcome] = await phone.push(removal);
  const item = await nextItem(desk);
  expect(item).toMatchObject({ author: site.worker.id, edit: removal, outcome });
  const { id } = item.edit;

  await hub.evict(site.id);
  // A socket that outlived it hears of what may have been kept from it.
  phone.send({ type: 'where', car: null });
  expect((await nextItem(desk)).edit.id).toBe(id);
  expect(await listed()).toEqual([id]);
  await hub.kill();
  await hub.restart();
  expect(await listed()).toEqual([id]);

  const again = await open(site.lead);
  await again.hello();
  const [settled] = await again.push({ type: 'settle', item: id, choice: 'theirs' });
  expect(settled).toMatchObject({ outcome: 'applied' });
  expect((await again.next('attention')).closed).toEqual([]);
  expect((await again.next('attention')).closed).toEqual([id]);
  await hub.kill();
  await hub.restart();
  expect(await listed()).toEqual([]);
  const { entries } = (await (await site.lead.get('history?limit=1')).json()) as { entries: object[] };
  expect(entries).toMatchObject([
    {
      type: 'settle',
      cars: [],
      settled: { item: id, author: site.worker.id, cars: ['414'], choice: 'theirs' },
    },
  ]);
});

/** As the first version of the hub made it, word for word. */
const FIRST_LAYOUT = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE car (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE log (
    version INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry TEXT NOT NULL,
    parts INTEGER NOT NULL
  );
  CREATE TABLE log_part (version INTEGER, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (version, part)) WITHOUT ROWID;
  CREATE TABLE device_part (id TEXT, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (id, part)) WITHOUT ROWID;
  CREATE TABLE device (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    kept TEXT NOT NULL,
    parts INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE session (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE name (person TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE answer (n INTEGER PRIMARY KEY, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
`;

test('a storage that the first version of the hub made is taken over, and nothing of it is lost', async () => {
  const device = await open(site.lead);
  const { epoch, version } = await device.hello();
  const pushed = await device.push(
    { type: 'add', car: 'OLD-1' },
    { type: 'note', car: 'OLD-1', text: 'kept' },
  );
  await site.lead.request('POST', 'cars', { id: 'OLD-2' }, { 'Idempotency-Key': 'old-2-added-once' });
  const before = await (await site.lead.get('cars')).json();
  const history = await (await site.lead.get('history')).json();
  device.socket.close();
  await hub.evict(site.id, 'close');

  await inFirstLayout();
  await hub.evict(site.id, 'close');

  expect(await (await site.lead.get('cars')).json()).toEqual(before);
  expect(await (await site.lead.get('history')).json()).toEqual(history);
  const again = await site.lead.request(
    'POST',
    'cars',
    { id: 'OLD-2' },
    { 'Idempotency-Key': 'old-2-added-once' },
  );
  expect(again.status).toBe(201);
  const back = await open(site.lead, device.id);
  const welcome = await back.hello({ epoch, version });
  expect(welcome.seq).toBe(2);
  expect(welcome.outcomes).toMatchObject(pushed.map(({ seq, outcome }) => ({ seq, outcome })));
  // And it lists what it could not before, which the next eviction does not take for anything else.
  const phone = await open(site.worker);
  await phone.hello();
  await phone.push(removal);
  const ids = await listed();
  expect(ids).toHaveLength(1);
  await hub.evict(site.id, 'close');
  expect(await listed()).toEqual(ids);
});

/** Makes of a site's storage what the first version would have: its tables, its columns, and nothing else. */
async function inFirstLayout(): Promise<void> {
  const sql = (query: string) => hub.sql<{ name: string }>(site.id, query);
  const names = [...FIRST_LAYOUT.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = '']) => name);
  const present = await sql(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
  );
  for (const { name } of present) {
    if (name.startsWith('sqlite_')) continue;
    if (names.includes(name)) await sql(`ALTER TABLE ${name} RENAME TO ${name}_now`);
    else await sql(`DROP TABLE ${name}`);
  }
  await sql(FIRST_LAYOUT);
  for (const name of names) {
    const columns = (await sql(`SELECT name FROM pragma_table_info('${name}')`))
      .map((column) => column.name)
      .join();
    await sql(`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${name}_now`);
    await sql(`DROP TABLE ${name}_now`);
  }
  await sql("DELETE FROM meta WHERE key <> 'site'");
  const [{ name: text } = { name: '{}' }] = await sql("SELECT value AS name FROM meta WHERE key = 'site'");
  const { site: id, epoch, version, archived, floor } = JSON.parse(text);
  const meta = JSON.stringify({ site: id, epoch, version, archived, floor });
  await hub.sql(site.id, "UPDATE meta SET value = ? WHERE key = 'site'", meta);
}
