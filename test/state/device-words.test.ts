import { describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-later.ts';
import { deviceOrder } from '../../app/state/device-order.ts';
import { notesOf, noteWords } from '../../app/state/device-words.ts';
import { siteTime } from '../../app/state/site-time.ts';
import type { FleetDevice } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';
import { fleetDevice } from '../support/fleet-devices.ts';

const { time } = siteTime('America/Chicago', { language: 'en', hour12: false });
const words = (device: Partial<FleetDevice>): string[] =>
  notesOf(fleetDevice(device), NIGHT_MS).map((note) => noteWords(note, time));
const gone = { connected: false, heardAt: NIGHT_MS - 4 * 60_000 };

describe('what is said of a device', () => {
  test.each<[string, Partial<FleetDevice>, string[]]>([
    ['current', {}, ['Current']],
    [
      'current while what it lacks is younger than its next report',
      { lag: 3, behindSince: NIGHT_MS - 15_000 },
      ['Current'],
    ],
    ['behind', { lag: 12, behindSince: NIGHT_MS - 15_001 }, ['12 behind']],
    ['behind for as long as the hub remembers', { lag: 1 }, ['1 behind']],
    ['offline, in the site’s time', gone, ['Offline since 02:10']],
    ['offline, where it is no news that it is behind', { ...gone, lag: 40 }, ['Offline since 02:10']],
    ['current over HTTP', { connected: false, heardAt: NIGHT_MS - 14_999 }, ['Current']],
    ['holding', { held: 3 }, ['Holds 3 changes']],
    ['holding one', { held: 1 }, ['Holds 1 change']],
    ['holding for another', { waiting: [{ person: 'p9', name: 'Ann', edits: 2 }] }, ['Holds 2 of Ann’s']],
    [
      'holding for somebody without a name',
      { waiting: [{ person: 'p9', name: '', edits: 1 }] },
      ['Holds 1 of Somebody’s'],
    ],
    [
      'all of it',
      { ...gone, held: 1, protocol: 1 },
      ['Holds 1 change', 'Offline since 02:10', 'Older app, cannot say what it holds'],
    ],
  ])('%s', (_, device, said) => {
    expect(words(device)).toEqual(said);
  });
});

test('who needs a look comes first, then by name, and a refresh moves nobody', () => {
  const named = (name: string, more: Partial<FleetDevice>) =>
    fleetDevice({ device: name, person: { id: name, name }, ...more });
  const devices = [
    named('Cy', {}),
    named('Bo', { heardAt: NIGHT_MS + 1 }),
    named('Al', gone),
    named('Di', { held: 1 }),
    named('Ed', { lag: 5 }),
  ];
  const order = deviceOrder(devices, NIGHT_MS).map(({ device }) => device);
  expect(order).toEqual(['Di', 'Ed', 'Al', 'Bo', 'Cy']);
  expect(deviceOrder(devices.toReversed(), NIGHT_MS).map(({ device }) => device)).toEqual(order);
});
