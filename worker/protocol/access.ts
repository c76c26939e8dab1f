import type { Field } from './car.ts';
import type { EditType } from './edit.ts';
import type { UpMessage } from './messages.ts';
import { hasRole, type Role } from './site.ts';

/**
 * The one access table (rule I2). Hub, routes and interface ask it; the types make a new edit, field, frame or
 * route without a row a compile error.
 */
export const EDIT_ACCESS: { [T in EditType]: Role } = {
  set: 'worker',
  note: 'worker',
  add: 'worker',
  undo: 'worker',
  settle: 'worker',
  remove: 'lead',
  restore: 'lead',
  import: 'lead',
};

/** Who may `set` a field. Notes are appended by all and rewritten by leads. */
export const FIELD_ACCESS: { [F in Field]: Role } = {
  location: 'worker',
  arrived: 'worker',
  late: 'worker',
  empty: 'worker',
  notes: 'lead',
};

/** Who may undo another person's change. */
export const UNDO_OTHERS_ACCESS: Role = 'lead';

/** Who sees the open items of others, and may settle them. */
export const SETTLE_OTHERS_ACCESS: Role = 'lead';

/** Who is told that the archive waits. */
export const ARCHIVE_NEWS_ACCESS: Role = 'lead';

/** Who finds out whether the archive is as it was written. */
export const VERIFY_ACCESS = 'lead' satisfies Role;

/** Who sees the devices of a site, and asks them where they are. */
export const FLEET_ACCESS = 'lead' satisfies Role;

/** Who sees the tokens of a site, makes and ends them. */
export const TOKENS_ACCESS = 'lead' satisfies Role;
/** Who sees the enrolled devices of a site, says yes to one, puts up a wall, names and ends them. */
export const DEVICES_ACCESS = 'lead' satisfies Role;
/** Who changes name, time zone, locations and shifts of a site. Whoever does so on any site may also make another. */
export const SETTINGS_ACCESS = 'admin' satisfies Role;

/** Who sees how the cars of a site stand without opening it. */
export const OVERVIEW_ACCESS = 'lead' satisfies Role;
/** Who reads what happened to identities and rights. */
export const SECURITY_ACCESS = 'admin' satisfies Role;
/** Who sees the people of a site and its invitations, and changes either, as far as their own role reaches. */
export const PEOPLE_ACCESS = 'lead' satisfies Role;

/** A push is taken from everybody and its edits are judged one by one: a queue is answered, not stuck. */
export const FRAME_ACCESS: { [T in UpMessage['type']]: Role } = {
  hello: 'viewer',
  push: 'viewer',
  seen: 'viewer',
  where: 'viewer',
  ack: 'viewer',
  attention: 'viewer',
};

/** `public`: nobody need be signed in. `session`: any signed-in person. A role: a member of the site with it. */
export type Gate = 'public' | 'session' | Role;

export interface RouteRow {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Segments that begin with a colon are parameters. */
  path: string;
  gate: Gate;
  /**
   * The role is asked of the directory, and not read from the session's hint, which may be an hour old: for what no hub
   * judges.
   */
  fresh?: true;
}

export const ROUTES = {
  health: { method: 'GET', path: '/api/health', gate: 'public' },
  setup: { method: 'POST', path: '/api/setup', gate: 'public' },
  login: { method: 'POST', path: '/api/auth/login', gate: 'public' },
  logout: { method: 'POST', path: '/api/auth/logout', gate: 'public' },
  me: { method: 'GET', path: '/api/me', gate: 'session' },
  sites: { method: 'GET', path: '/api/sites', gate: 'session' },
  site: { method: 'GET', path: '/api/sites/:site', gate: 'viewer' },
  cars: { method: 'GET', path: '/api/sites/:site/cars', gate: 'viewer' },
  car: { method: 'GET', path: '/api/sites/:site/cars/:car', gate: 'viewer' },
  'cars.add': { method: 'POST', path: '/api/sites/:site/cars', gate: 'worker' },
  'cars.import': { method: 'POST', path: '/api/sites/:site/cars/import', gate: 'lead' },
  'cars.set': { method: 'PATCH', path: '/api/sites/:site/cars/:car', gate: 'worker' },
  'cars.remove': { method: 'DELETE', path: '/api/sites/:site/cars/:car', gate: 'lead' },
  'cars.export': { method: 'GET', path: '/api/sites/:site/cars.csv', gate: 'viewer' },
  changes: { method: 'GET', path: '/api/sites/:site/changes', gate: 'viewer' },
  sync: { method: 'POST', path: '/api/sites/:site/sync', gate: 'viewer' },
  live: { method: 'GET', path: '/api/sites/:site/live', gate: 'viewer' },
  history: { method: 'GET', path: '/api/sites/:site/history', gate: 'viewer' },
  audit: { method: 'GET', path: '/api/sites/:site/audit', gate: 'viewer' },
  'history.verify': { method: 'GET', path: '/api/sites/:site/history/verify', gate: VERIFY_ACCESS },
  fleet: { method: 'GET', path: '/api/sites/:site/fleet', gate: FLEET_ACCESS },
  'roll-call': { method: 'POST', path: '/api/sites/:site/roll-call', gate: FLEET_ACCESS },
  documents: { method: 'GET', path: '/api/sync', gate: 'session', fresh: true },
  'documents.merge': { method: 'POST', path: '/api/sync', gate: 'session', fresh: true },
  'documents.export': { method: 'GET', path: '/api/sync/export', gate: 'session', fresh: true },
  'documents.put': { method: 'PUT', path: '/api/sync/:key', gate: 'session', fresh: true },
  'documents.delete': { method: 'DELETE', path: '/api/sync/:key', gate: 'session', fresh: true },
  'documents.forget': {
    method: 'DELETE',
    path: '/api/sync/:key/overwritten',
    gate: 'session',
    fresh: true,
  },
  tokens: { method: 'GET', path: '/api/sites/:site/tokens', gate: TOKENS_ACCESS, fresh: true },
  'tokens.make': { method: 'POST', path: '/api/sites/:site/tokens', gate: TOKENS_ACCESS, fresh: true },
  'tokens.end': {
    method: 'DELETE',
    path: '/api/sites/:site/tokens/:token',
    gate: TOKENS_ACCESS,
    fresh: true,
  },
  'sites.add': { method: 'POST', path: '/api/sites', gate: 'session' },
  'sites.set': { method: 'PATCH', path: '/api/sites/:site', gate: SETTINGS_ACCESS, fresh: true },
  overview: { method: 'GET', path: '/api/overview', gate: 'session' },
  password: { method: 'POST', path: '/api/auth/password', gate: 'session' },
  'password.reset': { method: 'POST', path: '/api/auth/reset', gate: 'public' },
  'device.people': { method: 'GET', path: '/api/device/people', gate: 'session' },
  pin: { method: 'POST', path: '/api/auth/pin', gate: 'public' },
  'pin.offline': { method: 'POST', path: '/api/auth/pin/offline', gate: 'public' },
  'pin.change': { method: 'POST', path: '/api/auth/pin/change', gate: 'session' },
  'person.pin': {
    method: 'POST',
    path: '/api/sites/:site/people/:person/pin',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  'person.pin.unlock': {
    method: 'DELETE',
    path: '/api/sites/:site/people/:person/pin/lock',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  sessions: { method: 'GET', path: '/api/sessions', gate: 'session' },
  'sessions.end': { method: 'DELETE', path: '/api/sessions/:session', gate: 'session' },
  'sessions.end-others': { method: 'DELETE', path: '/api/sessions', gate: 'session' },
  'person.reset': {
    method: 'POST',
    path: '/api/sites/:site/people/:person/reset',
    gate: 'lead',
    fresh: true,
  },
  'person.sessions': {
    method: 'GET',
    path: '/api/sites/:site/people/:person/sessions',
    gate: 'lead',
    fresh: true,
  },
  'person.sessions.end': {
    method: 'DELETE',
    path: '/api/sites/:site/people/:person/sessions/:session',
    gate: 'lead',
    fresh: true,
  },
  security: { method: 'GET', path: '/api/sites/:site/security', gate: SECURITY_ACCESS, fresh: true },
  people: { method: 'GET', path: '/api/sites/:site/people', gate: PEOPLE_ACCESS, fresh: true },
  'people.set': {
    method: 'PATCH',
    path: '/api/sites/:site/people/:person',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  'people.remove': {
    method: 'DELETE',
    path: '/api/sites/:site/people/:person',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  'invitations.make': {
    method: 'POST',
    path: '/api/sites/:site/invitations',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  'invitations.withdraw': {
    method: 'DELETE',
    path: '/api/sites/:site/invitations/:invitation',
    gate: PEOPLE_ACCESS,
    fresh: true,
  },
  'invitations.look': { method: 'POST', path: '/api/invitations/look', gate: 'public' },
  'invitations.accept': { method: 'POST', path: '/api/invitations/accept', gate: 'public' },
  'enrolments.ask': { method: 'POST', path: '/api/enrolments', gate: 'public' },
  'enrolments.claim': { method: 'POST', path: '/api/enrolments/claim', gate: 'public' },
  devices: { method: 'GET', path: '/api/sites/:site/devices', gate: DEVICES_ACCESS, fresh: true },
  'devices.enrol': { method: 'POST', path: '/api/sites/:site/devices', gate: DEVICES_ACCESS, fresh: true },
  'devices.set': {
    method: 'PATCH',
    path: '/api/sites/:site/devices/:device',
    gate: DEVICES_ACCESS,
    fresh: true,
  },
  'devices.end': {
    method: 'DELETE',
    path: '/api/sites/:site/devices/:device',
    gate: DEVICES_ACCESS,
    fresh: true,
  },
  'walls.make': { method: 'POST', path: '/api/sites/:site/walls', gate: DEVICES_ACCESS, fresh: true },
  display: { method: 'POST', path: '/api/auth/display', gate: 'public' },
} as const satisfies Record<string, RouteRow>;

export type RouteName = keyof typeof ROUTES;

/**
 * What a token reaches, if its role lets it. Whatever is not here is for people: a script has no password and no devices,
 * and one that could make tokens would outlive its end.
 */
export const TOKEN_ROUTES: readonly RouteName[] = [
  ...(['health', 'sites', 'site'] as const),
  ...(['cars', 'car', 'cars.add', 'cars.import', 'cars.set', 'cars.remove', 'cars.export'] as const),
  ...(['changes', 'sync', 'live', 'history', 'audit', 'history.verify', 'fleet', 'roll-call'] as const),
];

/**
 * What an enrolled device reaches while nobody is signed in on it, and a screen on a wall: it shows the board. Writing
 * takes a person.
 */
export const DEVICE_ROUTES: readonly RouteName[] = [
  ...(['me', 'sites', 'site', 'cars', 'car', 'changes', 'sync', 'live', 'history', 'audit'] as const),
  'device.people',
];

/** Whether a role may make an edit of this type, and set these fields with it. */
export function mayEdit(role: Role, type: EditType, fields: Iterable<Field> = []): boolean {
  if (!hasRole(role, EDIT_ACCESS[type])) return false;
  for (const field of fields) if (!hasRole(role, FIELD_ACCESS[field])) return false;
  return true;
}
