import { describe, expect, test } from 'vitest';
import { changeSettings, settingsSaved } from '../../worker/engine/settings.ts';
import type { SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import {
  LOCATION_CHARS_MAX,
  LOCATIONS_MAX,
  SECURITY_TEXT_CHARS_MAX,
  SETTINGS_CHANGES_MAX,
} from '../../worker/protocol/limits.ts';
import { ROLES, type Role } from '../../worker/protocol/site.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

const PEOPLE: Record<string, Role> = { ada: 'admin', lea: 'lead', wes: 'worker' };
const LOCATIONS = ['Yard', '100', '200'];

function site(): EngineHub {
  const hub = makeHub({ people: PEOPLE, site: { locations: LOCATIONS } });
  hub.request('lea', { type: 'add', car: '414', fields: { location: '200' } });
  hub.settle();
  return hub;
}

let made = 0;
function change(hub: EngineHub, wanted: SiteChangeBody, person = 'ada') {
  let answer: ReturnType<typeof changeSettings>['answer'] | undefined;
  hub.run((inner, env) => {
    const done = changeSettings(
      inner,
      wanted,
      { id: `settings-${++made}`, principal: hub.principal(person) },
      env,
    );
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
  expect(change(hub, wanted)).toMatchObject({ ok: true, value: { site: settled, at: hub.now } });
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
  expect(batch.settings).toMatchObject({ site: hub.state.site, at: hub.now, changes: [{ by: 'ada' }] });
  expect(hub.checkpoint()!.settings).toEqual(batch.settings);
});

test('two changes within a millisecond are not of the same time, so that the directory keeps the later', () => {
  const hub = site();
  change(hub, { name: 'North' });
  const { settingsAt } = hub.state;
  change(hub, { name: 'South' });
  expect(hub.state.settingsAt).toBeGreaterThan(settingsAt);
});

test('what has been changed and by whom waits for the directory, in order, and is outlived by nothing else', () => {
  const hub = site();
  change(hub, { name: 'North', timeZone: 'America/Denver' });
  hub.admit('bo', 'admin');
  change(hub, { locations: ['200', 'Yard', 'Dock'] }, 'bo');
  const expected = [
    {
      at: hub.now,
      by: 'ada',
      details: { name: 'North', nameBefore: 'Hub 1', timeZone: 'America/Denver', timeZoneBefore: 'UTC' },
    },
    { at: hub.now + 1, by: 'bo', details: { added: 'Dock', removed: '100', reordered: true } },
  ];
  expect(hub.state.settingsChanges).toEqual(expected);
  hub.restart({ sockets: 'cut' });
  expect(hub.checkpoint()!.settings!.changes).toEqual(expected);
  hub.run(({ state }) => settingsSaved(state, hub.now));
  expect(hub.state.settingsChanges).toEqual(expected.slice(1));
});

test('B1 however many locations come and go, what is recorded of it has room', () => {
  const hub = site();
  const names = [
    '200',
    ...Array.from({ length: 50 }, (_, i) => `${'"'.repeat(LOCATION_CHARS_MAX - 2)}${i + 10}`),
  ];
  change(hub, { locations: names });
  const { details } = hub.checkpoint()!.settings!.changes[0]!;
  expect(details).toEqual({ added: expect.stringMatching(/…$/), removed: expect.any(String) });
  expect(`${details.added}`).toHaveLength(SECURITY_TEXT_CHARS_MAX);
});

test('of the shifts it is recorded that they are others', () => {
  const hub = site();
  change(hub, { shifts: [{ name: 'Twilight', start: '17:00', end: '21:30' }] });
  expect(hub.checkpoint()!.settings!.changes[0]!.details).toEqual({ shifts: true });
});

test('B1 over the cap the oldest change goes unrecorded, and what came of it does not', () => {
  const hub = site();
  for (let i = 0; i <= SETTINGS_CHANGES_MAX; i++) change(hub, { name: `Name ${i}` });
  const { changes, site: settled } = hub.checkpoint()!.settings!;
  expect(changes).toHaveLength(SETTINGS_CHANGES_MAX);
  expect(changes[0]!.details).toEqual({ name: 'Name 1', nameBefore: 'Name 0' });
  expect(settled.name).toBe(`Name ${SETTINGS_CHANGES_MAX}`);
});

describe('a location with another name', () => {
  const dock = (hub: EngineHub) =>
    change(hub, { locations: ['Yard', '100', 'Dock'], renames: [{ from: '200', to: 'Dock' }] });

  test('V1 A1 takes its cars along as one version that says so, and everybody has it at once', () => {
    const hub = site();
    for (const car of ['415', '416']) request(hub, { type: 'add', car, fields: { location: '200' } });
    request(hub, { type: 'add', car: '500', fields: { location: 'Yard' } });
    hub.settle();
    const phone = hub.device('wes');
    const replica = new PlainReplica();
    replica.take(phone.hello());
    phone.socket.take();
    const before = hub.version;
    expect(dock(hub)).toMatchObject({ ok: true });
    expect(hub.version).toBe(before + 1);
    expect(hub.twin.entriesSince(before)).toMatchObject([
      {
        by: 'ada',
        type: 'import',
        renamed: [{ from: '200', to: 'Dock' }],
        cars: ['414', '415', '416'].map((id) => ({
          id,
          before: { location: '200' },
          after: { location: 'Dock' },
        })),
      },
    ]);
    hub.settle();
    const frames = phone.socket.take();
    expect(frames[0]).toMatchObject({ notice: 'site', site: { locations: ['Yard', '100', 'Dock'] } });
    for (const frame of frames.filter(({ type }) => type === 'changes')) replica.take(frame);
    expect(replica.differenceFrom(hub.state.cars)).toBeNull();
  });

  test('is no version where no car of the board stands there', () => {
    const hub = site();
    request(hub, { type: 'remove', car: '414' });
    const before = hub.version;
    expect(dock(hub)).toMatchObject({ ok: true });
    expect(hub.version).toBe(before);
  });

  test('is the one meant by a queue, a restore and an undo from before, and the sender is told so', () => {
    const hub = site();
    request(hub, { type: 'add', car: '415', fields: { location: 'Yard' } });
    const phone = hub.device('wes');
    request(hub, { type: 'remove', car: '414' });
    const removed = hub.version;
    dock(hub);
    expect(phone.do({ type: 'set', car: '415', fields: { location: '200' } })).toMatchObject({
      outcome: 'applied',
      effect: [{ id: '415', location: 'Dock' }],
    });
    expect(request(hub, { type: 'undo', version: removed })).toMatchObject({ outcome: 'applied' });
    expect(hub.car('414')).toMatchObject({ removed: false, location: 'Dock' });
    const rows = [{ car: '500', fields: { location: '200' } }];
    expect(request(hub, { type: 'import', rows, mode: 'merge' })).toMatchObject({ outcome: 'applied' });
    expect(hub.car('500')).toMatchObject({ location: 'Dock' });
  });

  test('is where a car comes back that was removed under the name before', () => {
    const hub = site();
    request(hub, { type: 'remove', car: '414' });
    dock(hub);
    const restored = request(hub, { type: 'restore', car: '414' });
    expect(restored).toMatchObject({ outcome: 'applied', effect: [{ id: '414', location: 'Dock' }] });
  });

  test('is undone by another renaming alone: taking the version back changes nothing', () => {
    const hub = site();
    dock(hub);
    expect(hub.request('ada', { type: 'undo', version: hub.version })).toMatchObject({
      outcome: 'unchanged',
    });
    change(hub, { locations: ['Yard', '100', '200'], renames: [{ from: 'Dock', to: '200' }] });
    expect(hub.car('414')).toMatchObject({ location: '200' });
    expect(hub.state.site.formerly).toEqual([{ from: 'Dock', to: '200' }]);
  });

  test('is found by every name it had, until that is another’s or it goes', () => {
    const hub = site();
    dock(hub);
    change(hub, { locations: ['Yard', '100', 'Pier'], renames: [{ from: 'Dock', to: 'Pier' }] });
    const both = [
      { from: '200', to: 'Pier' },
      { from: 'Dock', to: 'Pier' },
    ];
    expect(hub.state.site.formerly).toEqual(both);
    hub.restart({ sockets: 'cut' });
    expect(hub.state.site.formerly).toEqual(both);
    change(hub, { locations: ['Yard', '100', 'Pier', '200'] });
    expect(hub.state.site.formerly).toEqual(both.slice(1));
    request(hub, { type: 'set', car: '414', fields: { location: 'Yard' } });
    change(hub, { locations: ['Yard', '100', '200'] });
    expect(hub.state.site).not.toHaveProperty('formerly');
  });

  test('B1 the oldest names are forgotten over the cap', () => {
    const hub = site();
    let name = '200';
    for (let i = 0; i <= LOCATIONS_MAX; i++) {
      change(hub, { locations: ['Yard', '100', `L${i}`], renames: [{ from: name, to: `L${i}` }] });
      name = `L${i}`;
    }
    expect(hub.state.site.formerly).toHaveLength(LOCATIONS_MAX);
    expect(hub.state.site.formerly![0]).toEqual({ from: 'L0', to: name });
  });

  test.each<[string, SiteChangeBody, object]>([
    [
      'one that is not there',
      { locations: ['Yard', '100', '200', 'X'], renames: [{ from: 'Pier', to: 'X' }] },
      { code: 'unknown-location', detail: 'Pier' },
    ],
    [
      'to one that there is',
      { locations: ['Yard', '100'], renames: [{ from: '200', to: '100' }] },
      { code: 'invalid', detail: '100' },
    ],
    [
      'to one that is not among the locations',
      { locations: ['Yard', '100'], renames: [{ from: '200', to: 'Dock' }] },
      { code: 'invalid', detail: 'Dock' },
    ],
    [
      'one that stays',
      { locations: [...LOCATIONS, 'Dock'], renames: [{ from: '200', to: 'Dock' }] },
      { code: 'invalid', detail: 'Dock' },
    ],
  ])('%s is refused, and nothing changes', (_, wanted, refusal) => {
    const hub = site();
    const before = hub.version;
    expect(change(hub, wanted)).toMatchObject({ ok: false, field: 'renames', ...refusal });
    expect([hub.version, hub.state.site.locations]).toEqual([before, LOCATIONS]);
  });

  test('is recorded as what it is, and not as one gone and one new', () => {
    const hub = site();
    dock(hub);
    expect(hub.state.settingsChanges.at(-1)!.details).toEqual({ renamed: '200 → Dock' });
  });
});
