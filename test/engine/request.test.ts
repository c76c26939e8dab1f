import { expect, test } from 'vitest';
import { carOf, matches, type RosterRequest, requestImport } from '../../worker/engine/request.ts';
import type { ImportResult } from '../../worker/protocol/api.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';

const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

function site() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  hub.request('lea', { type: 'add', car: '1', fields: { location: '100' } });
  hub.request('lea', { type: 'add', car: '2', fields: { location: '200' } });
  return hub;
}

let asked = 0;

function importRoster(hub: EngineHub, request: Partial<RosterRequest>): ImportResult | Outcome {
  let result: ImportResult | Outcome | undefined;
  hub.run((engine, env) => {
    const done = requestImport(
      engine,
      {
        id: `roster-${++asked}`,
        principal: hub.principal('lea'),
        rows: [],
        bad: [],
        mode: 'merge',
        dryRun: false,
        ...request,
      },
      env,
    );
    result = done.result;
    return done.effects;
  });
  return result!;
}

const ROSTER: RosterRequest['rows'] = [
  { line: 2, car: '1', fields: { location: '300' } },
  { line: 3, car: '2', fields: { location: '200' } },
  { line: 4, car: '3', fields: { late: true } },
  { line: 5, car: '4', fields: { location: 'Moon' } },
];

test('E5 a request is a device of its own, judged as of now', () => {
  const hub = site();
  hub.request('wes', set('1', '300'));
  expect(hub.request('lea', set('1', '400'))).toMatchObject({ outcome: 'applied', version: 4 });
  expect(hub.car('1')!.location).toBe('400');
  expect(hub.state.devices.size).toBe(0);
});

test('E5 a request that names the version it goes back to conflicts with what others wrote since', () => {
  const hub = site();
  hub.request('wes', set('1', '300'));
  expect(hub.request('lea', set('1', '400'), 2)).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ by: 'wes' }],
  });
  expect(hub.request('lea', set('2', '400'), 2)).toMatchObject({ outcome: 'applied' });
});

test('E1 a request writes two rows: its car and the log entry', () => {
  const hub = site();
  const rows = hub.twin.rowsWritten;
  hub.request('lea', set('1', '300'));
  expect(hub.twin.rowsWritten - rows).toBe(2);
  expect(hub.archiveDue).toBe(true);
});

test('E4 a request is judged by its role', () => {
  expect(site().request('wes', { type: 'remove', car: '1' })).toMatchObject({ code: 'forbidden' });
});

test('E5 a car is what it should be at a version only while it is on the board at that version', () => {
  const hub = site();
  const car = hub.car('1')!;
  expect(matches(car, car.version)).toBe(true);
  expect(matches(car, car.version + 1)).toBe(false);
  expect(carOf(hub.hub, '1')).toMatchObject({ id: '1', location: '100' });
  expect(carOf(hub.hub, '1')).not.toHaveProperty('removed');
  hub.request('lea', { type: 'remove', car: '1' });
  const removed = hub.car('1')!;
  expect(matches(removed, removed.version)).toBe(false);
  expect(matches(undefined, 0)).toBe(false);
  expect(carOf(hub.hub, '1')).toBeNull();
});

test('E5 a dry run says what an import would do and changes nothing', () => {
  const hub = site();
  const before = JSON.stringify(hub.twin.load());
  const result = importRoster(hub, { rows: ROSTER, dryRun: true });
  expect(result).toEqual({
    dryRun: true,
    counts: { new: 1, changed: 1, unchanged: 1, conflict: 0, bad: 1, removed: 0 },
    rows: [
      { line: 2, car: '1', result: 'changed', changes: { location: '300' } },
      { line: 3, car: '2', result: 'unchanged' },
      expect.objectContaining({ line: 4, car: '3', result: 'new' }),
    ],
    bad: [{ line: 5, car: '4', reason: 'unknown-location', value: 'Moon' }],
    removed: [],
    conflicts: [],
    base: 2,
    version: null,
  });
  expect(hub.effects).toEqual([]);
  expect(JSON.stringify(hub.twin.load())).toBe(before);
});

test('E5 good rows apply though others are bad, as one version', () => {
  const hub = site();
  expect(importRoster(hub, { rows: ROSTER })).toMatchObject({
    counts: { new: 1, changed: 1, bad: 1 },
    version: 3,
  });
  expect(hub.car('1')!.location).toBe('300');
  expect(hub.car('4')).toBeUndefined();
});

test('E5 an import that changes nothing has no version', () => {
  const hub = site();
  expect(importRoster(hub, { rows: ROSTER.slice(1, 2) })).toMatchObject({
    counts: { unchanged: 1 },
    version: null,
  });
  expect(hub.version).toBe(2);
});

test('E5 what changed since the dry run stays as it is, and its row says so', () => {
  const hub = site();
  const { base } = importRoster(hub, { rows: ROSTER, dryRun: true }) as ImportResult;
  hub.request('wes', set('1', '500'));
  const result = importRoster(hub, { rows: ROSTER, base });
  expect(result).toMatchObject({
    counts: { new: 1, changed: 0, unchanged: 1, conflict: 1 },
    rows: [{ car: '1', result: 'conflict' }, { car: '2' }, { car: '3' }],
    conflicts: [{ car: '1', group: 'location', theirs: { location: '500' } }],
    version: 4,
  });
  expect(hub.car('1')!.location).toBe('500');
});

test('E5 replace says which cars it takes off, and not those added since the dry run', () => {
  const hub = site();
  const rows = ROSTER.slice(0, 1);
  const { base, removed } = importRoster(hub, { rows, mode: 'replace', dryRun: true }) as ImportResult;
  expect(removed).toEqual(['2']);
  hub.request('wes', { type: 'add', car: '9' });
  expect(importRoster(hub, { rows, mode: 'replace', base })).toMatchObject({
    removed: ['2'],
    counts: { removed: 1, changed: 1 },
    conflicts: [{ car: '9', group: 'life' }],
  });
  expect(hub.car('9')!.removed).toBe(false);
});

test('E4 an import that may not be made is refused whole', () => {
  const hub = site();
  const result = importRoster(hub, { rows: ROSTER, principal: hub.principal('wes') });
  expect(result).toMatchObject({ outcome: 'rejected', code: 'forbidden' });
  expect(hub.version).toBe(2);
});
