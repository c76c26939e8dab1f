import { expect, test } from 'vitest';
import { Losses } from '../../app/state/losses.ts';
import { fakePending, fakeView } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const WES = { id: 'wes', name: 'Wes' };
const waiting = fakeView({ pending: [fakePending(), fakePending(), fakePending()] });
const wiped = fakeView({ isNew: true });

function open(memory = mapMemory(), view = wiped) {
  const clock = new HandClock();
  return { memory, clock, losses: new Losses('north', view, { clock, memory }) };
}

test('a store that is empty while edits were waiting in it: their people are told how many, and until when', () => {
  const { memory, losses, clock } = open();
  losses.see(waiting, WES);
  const at = clock.now();
  expect(open(memory).losses.told.value).toEqual([{ person: 'wes', name: 'Wes', count: 3, at }]);
});

test('it is told until it has been read, however often the app is opened', () => {
  const { memory, losses } = open();
  losses.see(waiting, WES);
  open(memory);
  const again = open(memory, fakeView());
  expect(again.losses.told.value).toHaveLength(1);
  again.losses.dismiss();
  expect([again.losses.told.value, open(memory).losses.told.value]).toEqual([[], []]);
});

test('nothing is told where the store still has what waited, or nothing waited, or all has been sent', () => {
  const { memory, losses } = open();
  losses.see(waiting, WES);
  expect(open(memory, waiting).losses.told.value).toEqual([]);
  losses.see(fakeView(), WES);
  expect(open(memory).losses.told.value).toEqual([]);
  expect(open().losses.told.value).toEqual([]);
});

test('O1 what was not saved yet was never promised', () => {
  const { memory, losses } = open();
  losses.see(fakeView({ pending: [fakePending({ saved: false })] }), WES);
  expect(open(memory).losses.told.value).toEqual([]);
});

test('what others had waiting on the same tablet is told too, by name', () => {
  const { memory, losses } = open();
  const others = [{ author: 'p2', edits: [fakePending().edit] }];
  losses.see(fakeView({ waiting: others }), WES);
  expect(open(memory).losses.told.value).toMatchObject([{ person: 'p2', name: 'Ben', count: 1 }]);
});

test('a memory that says nonsense is no loss', () => {
  const memory = mapMemory({ 'unsent.north': '[{"person":7}]', 'lost.north': '{}' });
  expect(open(memory).losses.told.value).toEqual([]);
});

test('what another tab notes between the opening and the look is no loss, and stays noted', () => {
  const { memory, clock, losses } = open();
  const before = memory.get('unsent.north');
  losses.see(waiting, WES);
  expect(new Losses('north', wiped, { clock, memory }, before).told.value).toEqual([]);
  expect(open(memory).losses.told.value).toHaveLength(1);
});
