import { expect, test } from 'vitest';
import { changeSettings } from '../../worker/engine/settings.ts';
import type { SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { ROLES, type Role } from '../../worker/protocol/site.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';

const PEOPLE: Record<string, Role> = { ada: 'admin', lea: 'lead', wes: 'worker' };
const LOCATIONS = ['Yard', '100', '200'];

function site(): EngineHub {
  const hub = makeHub({ people: PEOPLE, site: { locations: LOCATIONS } });
  hub.request('lea', { type: 'add', car: '414', fields: { location: '200' } });
  hub.settle();
  return hub;
}

function change(hub: EngineHub, wanted: SiteChangeBody, person = 'ada') {
  let answer: ReturnType<typeof changeSettings>['answer'] | undefined;
  hub.run((inner, env) => {
    const done = changeSettings(inner, wanted, hub.principal(person), env);
    answer = done.answer;
    return done.effects;
  });
  return answer!;
}

const request = (hub: EngineHub, intent: Intent) => hub.request('lea', intent);

test('who is on the site is told at once of its new name, time zone and locations, and who comes later finds them', () => {
  const hub = site();
  const phone = hub.device('wes');
  phone.socket.take();
  const wanted = { name: 'North', timeZone: 'America/Denver', locations: ['Yard', '200', 'Dock'] };
  const settled = { id: 'hub-1', ...wanted };
  expect(change(hub, wanted)).toEqual({ ok: true, value: { site: settled, at: hub.now } });
  expect(phone.socket.take()).toEqual([{ type: 'notice', notice: 'site', site: settled }]);
  expect(hub.device('lea').reconnect().site).toEqual(settled);
});

test('what is left out of a change stays, and what is so already changes nothing and tells nobody', () => {
  const hub = site();
  const phone = hub.device('wes');
  phone.socket.take();
  expect(change(hub, { name: 'Hub 1', locations: LOCATIONS })).toMatchObject({ ok: true, value: { at: 0 } });
  expect(hub.effects).toEqual([]);
  change(hub, { name: 'North' });
  expect(hub.state.site).toEqual({ id: 'hub-1', name: 'North', timeZone: 'UTC', locations: LOCATIONS });
});

const SHIFTS = [
  { name: 'Early', start: '06:00', end: '14:00' },
  { name: 'Night', start: '22:00', end: '06:00' },
];

test('who is on the site is told of its shifts, and of there being none any more by their not being named', () => {
  const hub = site();
  const phone = hub.device('wes');
  phone.socket.take();
  const { shifts: none, ...plain } = hub.state.site;
  expect(none).toBeUndefined();
  change(hub, { shifts: SHIFTS });
  expect(phone.socket.take()).toEqual([
    { type: 'notice', notice: 'site', site: { ...plain, shifts: SHIFTS } },
  ]);
  expect(hub.device('lea').reconnect().site).toEqual({ ...plain, shifts: SHIFTS });
  change(hub, { name: 'North' });
  expect(hub.state.site.shifts).toEqual(SHIFTS);
  phone.socket.take();
  change(hub, { name: 'Hub 1', shifts: [] });
  expect(phone.socket.take()).toEqual([{ type: 'notice', notice: 'site', site: plain }]);
  hub.effects.length = 0;
  change(hub, { shifts: [] });
  expect(hub.effects).toEqual([]);
});

test('shifts are kept by a hub that sleeps', () => {
  const hub = site();
  change(hub, { shifts: SHIFTS });
  hub.restart({ sockets: 'kept' });
  expect(hub.state.site.shifts).toEqual(SHIFTS);
});

test.each(ROLES.filter((role) => role !== 'admin'))('E4 a %s changes no settings', (role) => {
  const hub = site();
  hub.admit('bo', role);
  expect(change(hub, { name: 'Mine' }, 'bo')).toEqual({ ok: false, code: 'forbidden' });
  expect(hub.state.site.name).toBe('Hub 1');
});

test('a location does not go while a car stands there: the refusal names it, and nothing changes', () => {
  const hub = site();
  const refusal = { ok: false, code: 'location-in-use', detail: '200', field: 'locations' };
  expect(change(hub, { name: 'North', locations: ['Yard', '100'] })).toEqual(refusal);
  expect(hub.state.site).toMatchObject({ name: 'Hub 1', locations: LOCATIONS });
  request(hub, { type: 'set', car: '414', fields: { location: '100' } });
  expect(change(hub, { locations: ['Yard', '100'] })).toMatchObject({ ok: true });
});

test('a location on which only removed cars stood goes, and they come back at another one alone', () => {
  const hub = site();
  request(hub, { type: 'remove', car: '414' });
  const removed = hub.version;
  expect(change(hub, { locations: ['Yard', '100'] })).toMatchObject({ ok: true });
  const gone = { outcome: 'rejected', code: 'unknown-location', detail: '200' };
  expect(request(hub, { type: 'restore', car: '414' })).toMatchObject(gone);
  expect(request(hub, { type: 'undo', version: removed })).toMatchObject(gone);
  expect(hub.car('414')).toMatchObject({ removed: true });
  const elsewhere = request(hub, { type: 'restore', car: '414', fields: { location: 'Yard' } });
  expect(elsewhere).toMatchObject({ outcome: 'applied' });
  expect(hub.car('414')).toMatchObject({ removed: false, location: 'Yard' });
});

test('nothing brings a car to a location that has gone: no move, no undo of one, no queue from before', () => {
  const hub = site();
  const phone = hub.device('wes');
  request(hub, { type: 'set', car: '414', fields: { location: '100' } });
  const moved = hub.version;
  change(hub, { locations: ['Yard', '100'] });
  const gone = { outcome: 'rejected', code: 'unknown-location', detail: '200' };
  expect(phone.do({ type: 'set', car: '414', fields: { location: '200' } })).toMatchObject(gone);
  expect(request(hub, { type: 'undo', version: moved })).toMatchObject(gone);
  expect(hub.car('414')).toMatchObject({ location: '100' });
});

test('A1 settings are sent to the directory with a checkpoint of their own, until it has them', () => {
  const hub = site();
  hub.checkpoint();
  expect(hub.checkpoint()).toBeNull();
  change(hub, { name: 'North' });
  expect(hub.archiveDue).toBe(true);
  const batch = hub.checkpoint({ fails: true })!;
  expect(batch).toMatchObject({ version: 1, entries: [], cars: [] });
  expect(batch.settings).toEqual({ site: hub.state.site, at: hub.now });
  expect(hub.checkpoint()!.settings).toEqual(batch.settings);
});

test('two changes within a millisecond are not of the same time, so that the directory keeps the later', () => {
  const hub = site();
  change(hub, { name: 'North' });
  const { settingsAt } = hub.state;
  change(hub, { name: 'South' });
  expect(hub.state.settingsAt).toBeGreaterThan(settingsAt);
});
