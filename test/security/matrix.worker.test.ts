import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EDIT_ACCESS,
  FIELD_ACCESS,
  FRAME_ACCESS,
  mayEdit,
  ROUTES,
  SETTLE_OTHERS_ACCESS,
  UNDO_OTHERS_ACCESS,
} from '../../worker/protocol/access.ts';
import type { CarFields, Field } from '../../worker/protocol/car.ts';
import type { Edit, EditType, Intent } from '../../worker/protocol/edit.ts';
import type { UpMessage } from '../../worker/protocol/messages.ts';
import { hasRole, ROLES, type Role } from '../../worker/protocol/site.ts';
import { handshake } from '../routes/http.ts';
import { enrolDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { framesOn } from './examples.ts';

/** Who may be somebody, and who is nobody any more. `no`: how each of those is refused over HTTP. */
const OTHERS = {
  ...({ nobody: 401, 'signed out': 401, removed: 401, 'of another site': 404 } as const),
  ...({ 'a device that has been ended': 401, 'a device of another site': 404 } as const),
} as const;
type Other = keyof typeof OTHERS;
/** A shared tablet by itself, and with somebody signed in on it: who is judged as what. */
const AT_A_DEVICE = { 'a device': 'viewer', 'a worker at a device': 'worker' } as const;
type AtADevice = keyof typeof AT_A_DEVICE;
type Who = Role | AtADevice | Other;
const PRINCIPALS: readonly Who[] = [
  ...ROLES,
  ...(Object.keys(AT_A_DEVICE) as AtADevice[]),
  ...(Object.keys(OTHERS) as Other[]),
];

/** What is meant, with a car of its own to do it to. `fields` is what the table is asked about. */
interface Wish {
  name: string;
  type: EditType;
  fields: readonly Field[];
  intent: (car: string) => Intent;
  /** The request for it; none where REST has no such thing. */
  rest: ((car: string) => { method: string; path: string; body?: unknown }) | null;
}

/** A value that changes a car at rest. A new field without one does not compile. */
const VALUES: { [F in Field]: Pick<CarFields, F> } = {
  location: { location: '300' },
  arrived: { arrived: true },
  late: { late: true },
  empty: { empty: true },
  notes: { notes: 'rewritten' },
};
const FIELDS = Object.keys(FIELD_ACCESS) as Field[];

/** Every edit type, and every field wherever a type takes fields. A new type without a row does not compile. */
const WISHES: { [T in EditType]: Wish[] } = {
  set: FIELDS.map((field) => ({
    name: `set ${field}`,
    type: 'set',
    fields: [field],
    intent: (car) => ({ type: 'set', car, fields: VALUES[field] }),
    rest: (car) => ({ method: 'PATCH', path: `cars/${car}`, body: VALUES[field] }),
  })),
  note: [wish('note', (car) => ({ type: 'note', car, text: 'keys' }))],
  add: [
    wish(
      'add',
      (car) => ({ type: 'add', car: `N${car}` }),
      (car) => ({
        method: 'POST',
        path: 'cars',
        body: { id: `N${car}` },
      }),
    ),
    ...FIELDS.map(
      (field): Wish => ({
        name: `add with ${field}`,
        type: 'add',
        fields: [field],
        intent: (car) => ({ type: 'add', car: `N${car}`, fields: VALUES[field] }),
        rest: (car) => ({ method: 'POST', path: 'cars', body: { id: `N${car}`, ...VALUES[field] } }),
      }),
    ),
  ],
  remove: [
    wish(
      'remove',
      (car) => ({ type: 'remove', car }),
      (car) => ({ method: 'DELETE', path: `cars/${car}` }),
    ),
  ],
  restore: [
    wish('restore', (car) => ({ type: 'restore', car: `R${car}` })),
    ...FIELDS.map(
      (field): Wish => ({
        name: `restore with ${field}`,
        type: 'restore',
        fields: [field],
        intent: (car) => ({ type: 'restore', car: `R${car}`, fields: VALUES[field] }),
        rest: null,
      }),
    ),
  ],
  import: FIELDS.map((field) => ({
    name: `import ${field}`,
    type: 'import',
    fields: [field],
    intent: (car) => ({ type: 'import', rows: [{ car, fields: VALUES[field] }], mode: 'merge' }),
    rest: (car) => ({
      method: 'POST',
      path: 'cars/import',
      body: `id,${field}\n${car},${field === 'location' || field === 'notes' ? Object.values(VALUES[field]) : 'yes'}`,
    }),
  })),
  undo: [wish('undo', () => ({ type: 'undo', version: 1 }))],
  settle: [wish('settle', (car) => ({ type: 'settle', item: `no-item-of-${car}`, choice: 'theirs' }))],
};

function wish(type: EditType, intent: Wish['intent'], rest: Wish['rest'] = null): Wish {
  return { name: type, type, fields: [], intent, rest };
}

let hub: Hub;
let site: TestSite;
let people: Record<Who, TestPerson | null>;
let made = 0;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  const other = await makeSite(hub);
  const [out, removed] = await Promise.all(
    ['Lou', 'Rae'].map((name) => addPerson(hub, site.id, { role: 'admin', name })),
  );
  await out!.get('cars');
  await fetch(`${hub.origin}/api/auth/logout`, {
    method: 'POST',
    headers: { Cookie: out!.cookie, Origin: hub.origin },
  });
  await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(removed!.id).run();
  const { viewer, worker, lead, admin } = site;
  const [tablet, ended, foreign] = await Promise.all([
    enrolDevice(hub, lead),
    enrolDevice(hub, lead),
    enrolDevice(hub, other.lead),
  ]);
  await fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: ended.cookie } });
  await lead.request('DELETE', `devices/${ended.id}`);
  const by = (cookie: string): TestPerson => ({ ...worker, cookie });
  people = {
    ...{ viewer, worker, lead, admin },
    nobody: null,
    'signed out': out!,
    removed: removed!,
    'of another site': other.admin,
    'a device': by(tablet.cookie),
    'a worker at a device': by(`${tablet.cookie}; ${worker.cookie}`),
    'a device that has been ended': by(ended.cookie),
    'a device of another site': by(foreign.cookie),
  };
  // Three for each of whom something is taken: one at rest, one that has been removed; the third is added by the edit.
  const cars = Array.from({ length: CELLS.filter(isTaken).length + 1 }, (_, i) => String(i));
  await site.lead.request('POST', 'cars/import', `id\n${cars.flatMap((car) => [car, `R${car}`]).join('\n')}`);
  await site.lead.request('POST', 'cars/import?mode=replace', `id\n${cars.join('\n')}`);
}, 60_000);
afterAll(() => hub.stop());

const TRANSPORTS = ['socket', 'exchange', 'REST'] as const;
type Transport = (typeof TRANSPORTS)[number];

/** One way of one to wish for something. */
interface Cell {
  asked: Wish;
  who: Who;
  transport: Transport;
  name: string;
}

const CELLS: readonly Cell[] = Object.values(WISHES)
  .flat()
  .flatMap((asked) =>
    TRANSPORTS.filter((transport) => transport !== 'REST' || asked.rest).flatMap((transport) =>
      PRINCIPALS.map((who) => ({ asked, who, transport, name: asked.name })),
    ),
  );

/** What somebody is judged as; null for who is none here. */
function roleOf(who: Who): Role | null {
  if (who in AT_A_DEVICE) return AT_A_DEVICE[who as AtADevice];
  return ROLES.find((role) => role === who) ?? null;
}
/** Whether the table says that it is done. */
function isTaken({ asked, who }: Cell): boolean {
  const role = roleOf(who);
  return role !== null && mayEdit(role, asked.type, asked.fields);
}

/** One of its own for what is done; the others share the first, which stays as it is. */
const carOf = (cell: Cell): string => String(CELLS.filter(isTaken).indexOf(cell) + 1);

const version = async (): Promise<number> => {
  const [log] = await hub.sql<{ version: number }>(site.id, 'SELECT max(version) AS version FROM log');
  return log!.version;
};

/** What came of it: `done`, `forbidden`, or the status that says that there is nobody. */
async function attempt(
  person: TestPerson | null,
  intent: Intent,
  transport: Transport,
  rest: Wish['rest'],
  car: string,
) {
  const edit: Edit = { ...intent, id: `edit-${made++}-matrix`, seq: 1, base: await version(), at: 0 };
  const device = `device-of-${car}-${made++}`;
  if (transport === 'REST') {
    const { method, path, body } = rest!(car);
    const response = await ask(person, method, path, body);
    if (response.status === 403) return (await response.json()).code;
    return response.status < 300 ? 'done' : response.status;
  }
  if (transport === 'exchange') {
    const response = await ask(person, 'POST', 'sync', { device, epoch: null, version: 0, edits: [edit] });
    if (response.status !== 200) return response.status;
    return outcomeOf((await response.json()).outcomes[0]);
  }
  const url = `${hub.origin}/api/sites/${site.id}/live`;
  const headers = { Origin: hub.origin, ...(person && { Cookie: person.cookie }) };
  const status = await handshake(url, headers);
  if (status !== 101 || !person) return status;
  const socket = await openDevice(hub.origin, site.id, person.cookie, device);
  try {
    const greeted = await Promise.race([socket.hello(), socket.closed]);
    if (typeof greeted === 'number') return greeted;
    socket.send({ type: 'push', edits: [edit] });
    return outcomeOf((await socket.next('outcomes')).outcomes[0]!);
  } finally {
    socket.socket.close();
  }
}

function ask(person: TestPerson | null, method: string, path: string, body?: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${hub.origin}/api/sites/${site.id}/${path}`, {
    method,
    headers: {
      Origin: hub.origin,
      ...(person && { Cookie: person.cookie }),
      'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json',
    },
    ...(body !== undefined && { body: text }),
  });
}

function outcomeOf({ outcome, code }: { outcome: string; code?: string }): string {
  if (outcome === 'rejected') return code ?? '';
  return outcome === 'conflict' ? 'conflict' : 'done';
}

const WAS_SOMEBODY: readonly Who[] = ['signed out', 'removed', 'a device that has been ended'];
const DEVICES: readonly Who[] = ['a device', 'a device that has been ended', 'a device of another site'];

describe.each(PRINCIPALS)('R11 I2 E4 every edit and field, on every way in, as %s', (who) => {
  test.each(CELLS.filter((cell) => cell.who === who))('$name by $transport', async (cell) => {
    const { asked, transport } = cell;
    const car = carOf(cell);
    const intent = await prepared(asked.intent(car), people[who], who);
    const before = await version();
    const result = await attempt(people[who], intent, transport, asked.rest, car);
    const may = isTaken(cell);
    // A socket of somebody who is none here is closed with the reason; one of nobody does not open.
    const closed = transport === 'socket' && WAS_SOMEBODY.includes(who);
    // A device writes over no route of REST, whichever it is of: it is not asked what it belongs to.
    const isDevice = transport === 'REST' && DEVICES.includes(who);
    if (isDevice) expect(result).toBe('forbidden');
    else if (roleOf(who) === null) expect(result).toBe(closed ? 4401 : OTHERS[who as Other]);
    else expect(result).toBe(may ? 'done' : 'forbidden');
    expect(await version()).toBe(may ? before + 1 : before);
  });
});

/** An undo needs a change of one's own, and a settling an open item of one's own. */
async function prepared(intent: Intent, person: TestPerson | null, who: Who): Promise<Intent> {
  const role = roleOf(who);
  const may = role !== null && mayEdit(role, intent.type);
  if (intent.type === 'undo' && may && person) {
    await person.request('POST', 'cars', { id: `U${made++}` });
    return { ...intent, version: await version() };
  }
  if (intent.type === 'settle' && may && person) {
    const id = `open-item-${made++}`;
    await openItem(person, id);
    return { ...intent, item: id };
  }
  return intent;
}

/** An edit of somebody that was refused, and is listed. */
async function openItem(person: TestPerson, id: string): Promise<void> {
  const edit = { type: 'note', car: 'NONE', text: 'x', id, seq: 1, base: 0, at: 0 };
  const body = { device: `device-${id}`, epoch: null, version: 0, edits: [edit] };
  expect((await ask(person, 'POST', 'sync', body)).status).toBe(200);
}

describe('R11 what is another’s', () => {
  test.each(
    ROLES.flatMap((who) => (['exchange', 'socket'] as const).map((transport) => [who, transport] as const)),
  )('is undone and settled by a %s, by %s, where the table says so', async (who, transport) => {
    await site.admin.request('POST', 'cars', { id: `V${made++}` });
    const undone = { type: 'undo', version: await version() } as const;
    const id = `of-another-${made++}`;
    await openItem(site.admin, id);
    const settled = { type: 'settle', item: id, choice: 'theirs' } as const;
    const verdict = (least: Role, type: EditType) =>
      mayEdit(who, type) && hasRole(who, least) ? 'done' : 'forbidden';
    expect(await attempt(people[who], undone, transport, null, `X${made++}`)).toBe(
      verdict(UNDO_OTHERS_ACCESS, 'undo'),
    );
    expect(await attempt(people[who], settled, transport, null, `X${made++}`)).toBe(
      verdict(SETTLE_OTHERS_ACCESS, 'settle'),
    );
  });
});

describe('R11 I2 every frame', () => {
  const frames = Object.keys(FRAME_ACCESS) as UpMessage['type'][];
  test.each(frames.flatMap((type) => ROLES.map((role) => [type, role] as const)))(
    '%s from a %s',
    async (type, role) => {
      const person = site[role];
      const device = await openDevice(hub.origin, site.id, person.cookie);
      await device.hello();
      const { [type]: frame } = framesOn('1', device.id);
      device.send(frame.type === 'push' ? { type: 'push', edits: [] } : frame);
      // The hub answers in order: what is refused is heard before the next answer.
      device.send({ type: 'push', edits: [] });
      await device.next('outcomes');
      const isRefused = device.frames.some((heard) => heard.type === 'notice' && heard.notice === 'refused');
      expect(isRefused).toBe(!hasRole(role, FRAME_ACCESS[type]));
      device.socket.close();
    },
  );
});

describe('R11 I2 I3 every route, as somebody who is none any more', () => {
  test.each(Object.entries(ROUTES))('%s', async (name, { method, path, gate }) => {
    if (gate === 'public') return;
    for (const who of ['nobody', 'signed out', 'removed'] as const) {
      const person = people[who];
      // Who they are, they may still ask: the hint tells them, and no site does.
      if (gate === 'session' && (who === 'removed' || name === 'me')) continue;
      const url = hub.origin + path.replace(':site', site.id).replace(':car', '1').replace(':key', 'k');
      const headers = { Origin: hub.origin, ...(person && { Cookie: person.cookie }) };
      const query = QUERIES[name] ?? '';
      if (name === 'live') {
        // The reason is told in a close code, which a browser can read.
        if (!person) expect(await handshake(url, headers), who).toBe(401);
        else expect(await (await openDevice(hub.origin, site.id, person.cookie)).closed, who).toBe(4401);
        continue;
      }
      const isSync = name === 'sync';
      const body = isSync ? { device: 'device-1234', epoch: null, version: 0, edits: [] } : BODIES[name];
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const type = typeof body === 'string' ? 'text/csv' : 'application/json';
      const response = await fetch(url + query, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'Content-Type': type }) },
        ...(body !== undefined && { body: text }),
      });
      // What no hub judges finds no membership.
      expect([401, 403, 404], who).toContain(response.status);
      if (who !== 'removed') expect(response.status, who).toBe(401);
    }
  });
});

/** A query that a route cannot do without. */
const QUERIES: Record<string, string> = { 'documents.forget': '?version=1' };

/** A body that the route takes, so that it is the person who is refused. */
const BODIES: Record<string, unknown> = {
  'documents.merge': { changes: [] },
  'documents.put': { value: 1 },
  'sites.add': { name: 'South', timeZone: 'America/Chicago' },
  password: { current: 'correct horse battery', password: 'rain on the belt' },
  'pin.change': { pin: '83061', password: 'rain on the belt' },
  'cars.add': { id: 'NEW' },
  'walls.make': { name: 'North dock' },
  'cars.set': { late: true },
  'cars.import': 'id\n1',
};

test('the table has every edit and field that there is', () => {
  expect(Object.keys(WISHES).sort()).toEqual(Object.keys(EDIT_ACCESS).sort());
  expect(CELLS.length).toBeGreaterThan(800);
});
