import { describe, expect, test } from 'vitest';
import {
  DEVICE_ROUTES,
  EDIT_ACCESS,
  FIELD_ACCESS,
  FRAME_ACCESS,
  type Gate,
  mayEdit,
  ROUTES,
  type RouteName,
  TOKEN_ROUTES,
  UNDO_OTHERS_ACCESS,
} from '../../worker/protocol/access.ts';
import type { Field } from '../../worker/protocol/car.ts';
import type { EditType } from '../../worker/protocol/edit.ts';
import type { UpMessage } from '../../worker/protocol/messages.ts';
import { hasRole, ROLES, type Role } from '../../worker/protocol/site.ts';

/**
 * Who may do what, written out once more by hand: a change of the table is a change here, seen by a reader.
 * The types make a new edit, field, frame or route without a row a compile error here too (rule I2).
 */
type Cells = Record<Role, boolean>;
const nobody: Cells = { viewer: false, worker: false, lead: false, admin: false };
const viewers: Cells = { viewer: true, worker: true, lead: true, admin: true };
const workers: Cells = { ...viewers, viewer: false };
const leads: Cells = { ...workers, worker: false };

const EDITS: { [T in EditType]: Cells } = {
  set: workers,
  note: workers,
  add: workers,
  undo: workers,
  remove: leads,
  restore: leads,
  import: leads,
  settle: workers,
};

const FIELDS: { [F in Field]: Cells } = {
  location: workers,
  arrived: workers,
  late: workers,
  empty: workers,
  notes: leads,
};

const FRAMES: { [T in UpMessage['type']]: Cells } = {
  hello: viewers,
  push: viewers,
  seen: viewers,
  where: viewers,
  ack: viewers,
  attention: viewers,
};

const GATES: { [R in RouteName]: [route: string, gate: Gate] } = {
  health: ['GET /api/health', 'public'],
  setup: ['POST /api/setup', 'public'],
  login: ['POST /api/auth/login', 'public'],
  logout: ['POST /api/auth/logout', 'public'],
  me: ['GET /api/me', 'session'],
  sites: ['GET /api/sites', 'session'],
  site: ['GET /api/sites/:site', 'viewer'],
  cars: ['GET /api/sites/:site/cars', 'viewer'],
  car: ['GET /api/sites/:site/cars/:car', 'viewer'],
  'cars.add': ['POST /api/sites/:site/cars', 'worker'],
  'cars.import': ['POST /api/sites/:site/cars/import', 'lead'],
  'cars.set': ['PATCH /api/sites/:site/cars/:car', 'worker'],
  'cars.remove': ['DELETE /api/sites/:site/cars/:car', 'lead'],
  'cars.export': ['GET /api/sites/:site/cars.csv', 'viewer'],
  changes: ['GET /api/sites/:site/changes', 'viewer'],
  sync: ['POST /api/sites/:site/sync', 'viewer'],
  live: ['GET /api/sites/:site/live', 'viewer'],
  history: ['GET /api/sites/:site/history', 'viewer'],
  audit: ['GET /api/sites/:site/audit', 'viewer'],
  'history.verify': ['GET /api/sites/:site/history/verify', 'lead'],
  fleet: ['GET /api/sites/:site/fleet', 'lead'],
  'roll-call': ['POST /api/sites/:site/roll-call', 'lead'],
  documents: ['GET /api/sync', 'session'],
  'documents.merge': ['POST /api/sync', 'session'],
  'documents.export': ['GET /api/sync/export', 'session'],
  'documents.put': ['PUT /api/sync/:key', 'session'],
  'documents.delete': ['DELETE /api/sync/:key', 'session'],
  'documents.forget': ['DELETE /api/sync/:key/overwritten', 'session'],
  tokens: ['GET /api/sites/:site/tokens', 'lead'],
  'tokens.make': ['POST /api/sites/:site/tokens', 'lead'],
  'tokens.end': ['DELETE /api/sites/:site/tokens/:token', 'lead'],
  'sites.add': ['POST /api/sites', 'session'],
  'sites.set': ['PATCH /api/sites/:site', 'admin'],
  overview: ['GET /api/overview', 'session'],
  password: ['POST /api/auth/password', 'session'],
  'password.reset': ['POST /api/auth/reset', 'public'],
  'device.people': ['GET /api/device/people', 'session'],
  pin: ['POST /api/auth/pin', 'public'],
  'pin.offline': ['POST /api/auth/pin/offline', 'public'],
  'pin.change': ['POST /api/auth/pin/change', 'session'],
  'person.pin': ['POST /api/sites/:site/people/:person/pin', 'lead'],
  'person.pin.unlock': ['DELETE /api/sites/:site/people/:person/pin/lock', 'lead'],
  sessions: ['GET /api/sessions', 'session'],
  'sessions.end': ['DELETE /api/sessions/:session', 'session'],
  'sessions.end-others': ['DELETE /api/sessions', 'session'],
  'person.reset': ['POST /api/sites/:site/people/:person/reset', 'lead'],
  'person.sessions': ['GET /api/sites/:site/people/:person/sessions', 'lead'],
  'person.sessions.end': ['DELETE /api/sites/:site/people/:person/sessions/:session', 'lead'],
  security: ['GET /api/sites/:site/security', 'admin'],
  people: ['GET /api/sites/:site/people', 'lead'],
  'people.set': ['PATCH /api/sites/:site/people/:person', 'lead'],
  'people.remove': ['DELETE /api/sites/:site/people/:person', 'lead'],
  'invitations.make': ['POST /api/sites/:site/invitations', 'lead'],
  'invitations.withdraw': ['DELETE /api/sites/:site/invitations/:invitation', 'lead'],
  'invitations.look': ['POST /api/invitations/look', 'public'],
  'invitations.accept': ['POST /api/invitations/accept', 'public'],
  'enrolments.ask': ['POST /api/enrolments', 'public'],
  'enrolments.claim': ['POST /api/enrolments/claim', 'public'],
  devices: ['GET /api/sites/:site/devices', 'lead'],
  'devices.enrol': ['POST /api/sites/:site/devices', 'lead'],
  'devices.set': ['PATCH /api/sites/:site/devices/:device', 'lead'],
  'devices.end': ['DELETE /api/sites/:site/devices/:device', 'lead'],
  'walls.make': ['POST /api/sites/:site/walls', 'lead'],
  display: ['POST /api/auth/display', 'public'],
};

function cellsOf<K extends string>(table: Record<K, Cells>): [K, Role, boolean][] {
  const rows = Object.entries(table) as [K, Cells][];
  return rows.flatMap(([key, cells]) => ROLES.map((role): [K, Role, boolean] => [key, role, cells[role]]));
}

describe('I2 every edit type × role', () => {
  test.each(cellsOf(EDITS))('%s by a %s: %s', (type, role, allowed) => {
    expect(mayEdit(role, type)).toBe(allowed);
    expect(hasRole(role, EDIT_ACCESS[type])).toBe(allowed);
  });
});

describe('I2 every field × role', () => {
  test.each(cellsOf(FIELDS))('%s set by a %s: %s', (field, role, allowed) => {
    expect(mayEdit(role, 'set', [field])).toBe(allowed);
    expect(hasRole(role, FIELD_ACCESS[field])).toBe(allowed);
  });

  test('one field that a role may not set refuses the others with it', () => {
    expect(mayEdit('worker', 'set', ['late', 'notes'])).toBe(false);
    expect(mayEdit('lead', 'set', ['late', 'notes'])).toBe(true);
    expect(mayEdit('viewer', 'set', [])).toBe(false);
  });
});

describe('I2 every frame × role', () => {
  test.each(cellsOf(FRAMES))('%s from a %s: %s', (type, role, allowed) => {
    expect(hasRole(role, FRAME_ACCESS[type])).toBe(allowed);
  });
});

describe('I2 every route has its row', () => {
  test.each(Object.entries(GATES) as [RouteName, [string, Gate]][])('%s', (name, [route, gate]) => {
    const row = ROUTES[name];
    expect(`${row.method} ${row.path}`).toBe(route);
    expect(row.gate).toBe(gate);
  });

  test('and no two have the same', () => {
    const rows = Object.values(ROUTES).map(
      ({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`,
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('and a token reaches those that are written out here, and no other', () => {
    const reached = `health sites site cars car cars.add cars.import cars.set cars.remove cars.export
      changes sync live history audit history.verify fleet roll-call`;
    expect([...TOKEN_ROUTES]).toEqual(reached.split(/\s+/));
  });

  test('and a device nobody has signed in on reaches what shows the board and who can sign in there, and no other', () => {
    const reached = 'me sites site cars car changes sync live history audit device.people';
    expect([...DEVICE_ROUTES]).toEqual(reached.split(' '));
  });

  test('and I1 none under a site is open to those who are no members of it', () => {
    for (const { path, gate } of Object.values(ROUTES)) {
      if (path.includes(':site')) expect(ROLES).toContain(gate);
      expect(path).toMatch(/^\/api\/[a-z/.:-]+$/);
    }
  });
});

describe('roles', () => {
  test('each may what those before it may, and no more', () => {
    const least: [Role, Cells][] = [
      ['viewer', viewers],
      ['worker', workers],
      ['lead', leads],
      ['admin', { ...nobody, admin: true }],
    ];
    for (const [needed, cells] of least)
      for (const role of ROLES) expect(hasRole(role, needed)).toBe(cells[role]);
  });

  test('another’s change is undone by a lead', () => {
    expect(ROLES.filter((role) => hasRole(role, UNDO_OTHERS_ACCESS))).toEqual(['lead', 'admin']);
  });
});
