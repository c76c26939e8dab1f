import { describe, expect, test } from 'vitest';
import { COUNTED_MS, mayChange, type Verdict, verdictOf } from '../../app/state/all-clear.ts';
import type { DeviceNote } from '../../app/state/device-words.ts';
import type { Fleet, FleetDevice } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';
import { fleetOf } from '../support/fleet-devices.ts';

/** The roll was called two seconds ago, at version 100. */
const CALL = { at: NIGHT_MS - 2_000, version: 100 };
const before = CALL.at - 1;
const anns = { person: 'p9', name: 'Ann', edits: 2 };

const judge = (...devices: Partial<FleetDevice>[]): Verdict => verdictOf(fleetOf(devices), CALL);
const reasonsOf = (device: Partial<FleetDevice>): DeviceNote[] | undefined => {
  const verdict = judge(device);
  return verdict.clear ? undefined : verdict.unclear[0]?.reasons;
};

const TABLE: [string, Partial<FleetDevice>, DeviceNote[] | undefined][] = [
  ['has everything, holds nothing and has answered', {}, undefined],
  ['answered just when the roll was called', { saidAt: CALL.at }, undefined],
  ['is behind what was made after the call alone', { acked: 100, lag: 3 }, undefined],
  ['has asked over HTTP since the call', { connected: false }, undefined],
  ['holds edits', { held: 3 }, [{ kind: 'holds', count: 3 }]],
  ['holds edits of another', { waiting: [anns] }, [{ kind: 'waiting', name: 'Ann', count: 2 }]],
  ['is behind the call', { acked: 88, lag: 12 }, [{ kind: 'behind', count: 12 }]],
  [
    'is behind and holds edits',
    { acked: 99, held: 1 },
    [
      { kind: 'holds', count: 1 },
      { kind: 'behind', count: 1 },
    ],
  ],
  ['does not answer', { saidAt: before }, [{ kind: 'silent' }]],
  [
    'does not answer and held edits when it last said',
    { saidAt: before, held: 1 },
    [{ kind: 'silent' }, { kind: 'holds', count: 1 }],
  ],
  [
    'is offline, though it had everything',
    { connected: false, saidAt: before, heardAt: before },
    [{ kind: 'offline', since: before }],
  ],
  [
    'is offline with edits',
    { connected: false, saidAt: before, heardAt: before, held: 2, waiting: [anns], acked: 50 },
    [
      { kind: 'offline', since: before },
      { kind: 'holds', count: 2 },
      { kind: 'waiting', name: 'Ann', count: 2 },
    ],
  ],
  ['speaks an older protocol, and cannot say', { protocol: 1, app: null }, [{ kind: 'old' }]],
  [
    'is offline and of an older protocol',
    { protocol: 1, connected: false, saidAt: before, heardAt: before },
    [{ kind: 'offline', since: before }],
  ],
  [
    'has not been heard of for as long as counts',
    { connected: false, saidAt: before, heardAt: NIGHT_MS - COUNTED_MS },
    [{ kind: 'offline', since: NIGHT_MS - COUNTED_MS }],
  ],
  [
    'has not been heard of for longer than counts',
    { connected: false, saidAt: before, heardAt: NIGHT_MS - COUNTED_MS - 1, held: 5 },
    undefined,
  ],
];

describe('a device', () => {
  test.each(TABLE)('that %s', (_, device, reasons) => {
    expect(reasonsOf(device)).toEqual(reasons);
  });
});

describe('the verdict', () => {
  test('is clear where no device has a reason, and says of how many and as of when', () => {
    expect(judge({}, {}, {})).toEqual({ clear: true, devices: 3, at: NIGHT_MS });
  });

  test('counts only the devices heard of lately', () => {
    expect(judge({}, { connected: false, heardAt: NIGHT_MS - COUNTED_MS - 1 })).toMatchObject({ devices: 1 });
    expect(judge()).toEqual({ clear: true, devices: 0, at: NIGHT_MS });
  });

  test('names those that are not', () => {
    const verdict = judge({ device: 'a' }, { device: 'b', held: 1 }, { device: 'c', acked: 1 });
    expect(verdict).toMatchObject({
      clear: false,
      devices: 3,
      unclear: [{ device: { device: 'b' } }, { device: { device: 'c' } }],
    });
  });

  test('is not clear while devices that may count are not even listed', () => {
    const full: Partial<Fleet> = { more: 4 };
    expect(verdictOf(fleetOf([{}], full), CALL)).toEqual({
      clear: false,
      devices: 5,
      at: NIGHT_MS,
      unclear: [],
      unlisted: 4,
    });
    const old = { connected: false, heardAt: NIGHT_MS - COUNTED_MS - 1 };
    expect(verdictOf(fleetOf([{}, old], full), CALL)).toMatchObject({ clear: true, devices: 1 });
  });

  test.each<[string, Partial<FleetDevice>[], boolean]>([
    ['all is clear', [{}], false],
    ['one has not answered yet', [{ saidAt: before }], true],
    ['one holds an edit that may be on its way', [{ held: 1 }], true],
    ['one is offline', [{ connected: false, saidAt: before }], false],
    ['one cannot say', [{ protocol: 1 }], false],
    [
      'one is offline and another may answer',
      [{ connected: false, saidAt: before }, { saidAt: before }],
      true,
    ],
  ])('where %s, waiting helps: %s', (_, devices, helps) => {
    expect(mayChange(judge(...devices))).toBe(helps);
  });
});
