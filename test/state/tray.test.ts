import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-later.ts';
import '../../app/messages/add-tray.ts';
import { SiteState } from '../../app/state/site-state.ts';
import {
  ageWords,
  commonWays,
  commonWords,
  decide,
  groupsOf,
  reasonWords,
  sidesOf,
  sideWords,
  wayWords,
  whyWords,
} from '../../app/state/tray.ts';
import { waysOf } from '../../app/state/ways.ts';
import type { Attention } from '../../app/sync/view.ts';
import type { ErrorCode } from '../../worker/protocol/errors.ts';
import { carMap, FakeSiteClient, fakeCar, fakeEdit } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const move = { type: 'set', car: '128414', fields: { location: '300' } } as const;
let client: FakeSiteClient;
let site: SiteState;
beforeEach(() => {
  const clock = new HandClock();
  client = new FakeSiteClient({ cars: carMap(fakeCar('128414')) }, () => clock.now());
  const ports = { clock, memory: mapMemory(), locale: { language: 'en', hour12: false } };
  site = new SiteState({ id: 'north', name: 'North', role: 'lead' }, client, ports, () => {});
});

function refused(id: string, code: ErrorCode, parts: Partial<Attention> = {}): Attention {
  const outcome = { outcome: 'rejected', seq: 1, at: 9, code } as const;
  return { edit: fakeEdit(move, { id }), outcome, author: 'p1', isHere: true, ...parts };
}

function inConflict(id: string, parts: Partial<Attention> = {}): Attention {
  const sides = { mine: { location: '300' }, theirs: { location: '400' } };
  const conflict = { car: '128414', group: 'location', ...sides, by: 'p3', at: 5, version: 3 } as const;
  const outcome = { outcome: 'conflict', seq: 1, at: 9, conflicts: [conflict] } as const;
  return {
    edit: fakeEdit(move, { id }),
    outcome: { ...outcome, conflicts: [conflict] },
    author: 'p1',
    isHere: true,
    ...parts,
  };
}

const others = { author: 'p2', isHere: false };

describe('the list', () => {
  test('has one’s own, on this device and others, apart from what others made', () => {
    client.show({
      attention: [
        refused('a', 'forbidden'),
        refused('b', 'forbidden', { isHere: false }),
        refused('c', 'forbidden', others),
      ],
    });
    const { own, others: rest } = sidesOf(site);
    expect([own.map(({ edit }) => edit.id), rest.map(({ edit }) => edit.id)]).toEqual([['a', 'b'], ['c']]);
    expect(site.needs.value).toEqual({ own: 2, others: 1 });
  });

  test('is grouped by reason, so that many of one kind are one decision', () => {
    const forty = Array.from({ length: 40 }, (_, i) => refused(`r${i}`, 'other-epoch'));
    const groups = groupsOf([inConflict('a'), ...forty, inConflict('b')]);
    expect(groups.map(({ reason, items }) => [reason, items.length])).toEqual([
      ['conflict', 2],
      ['other-epoch', 40],
    ]);
    const [again, drop] = commonWays(site, forty);
    expect([commonWords(site, again!), commonWords(site, drop!)]).toEqual(['Do 40 again', 'Drop 40']);
  });

  test('has words for every reason and why', () => {
    expect(reasonWords('conflict')).toBe('Somebody else changed it too');
    expect(reasonWords('too-old-to-undo')).toBe('Could not be taken back');
    expect(reasonWords('unknown')).toBe('Refused');
    expect(whyWords(refused('a', 'from-the-future' as ErrorCode))).toContain('does not know');
    expect(whyWords(refused('a', 'site-full'))).toBe('The board is full. Remove cars first.');
    expect(sideWords({ notes: 'Door' })).toBe('notes: Door');
    expect([ageWords(5), ageWords(3 * 3_600_000), ageWords(72 * 3_600_000)]).toEqual([
      '1 min',
      '3 h',
      '3 days',
    ]);
  });

  test('a lead decides between two others by their names', () => {
    const item = inConflict('a', others);
    const { mine, theirs } = waysOf(item, { role: 'lead', cars: site.view.value.cars });
    expect([wayWords(site, item, mine!), wayWords(site, item, theirs!)]).toEqual([
      'Use Ben’s',
      'Keep Carla Voss’s',
    ]);
  });
});

describe('a decision', () => {
  const toasts = () => site.toasts.shown.value.map(({ text, edit }) => [text, edit !== null]);

  test('that makes a change is told with a way back, one that makes none without', async () => {
    const items = [inConflict('a'), inConflict('b')];
    client.show({ attention: items });
    client.settle = async ([item]) => {
      await client.edit(move);
      client.show({ attention: client.view.attention.filter((one) => one !== item) });
    };
    await decide(site, [items[0]!], { choice: 'mine' });
    expect(toasts()).toEqual([['128414 moved to 300', true]]);
    client.settle = async ([item]) =>
      client.show({ attention: client.view.attention.filter((one) => one !== item) });
    await decide(site, [items[1]!], { choice: 'theirs' });
    expect(toasts().at(-1)).toEqual(['Left as it is. Not done: 128414 moved to 300', false]);
  });

  test('that could not come about is told as such', async () => {
    const item = inConflict('a');
    client.show({ attention: [item] });
    client.settle = async () => {};
    await decide(site, [item], { choice: 'both' });
    expect(toasts()).toEqual([['Some of this could not be done, and is still here.', false]]);
  });

  test('that the device cannot keep is told as not done', async () => {
    client.show({ attention: [inConflict('a')] });
    client.settle = async () => {
      throw new Error('full');
    };
    await decide(site, client.view.attention, { choice: 'mine' });
    expect(site.toasts.shown.value).toMatchObject([{ tone: 'bad' }]);
  });
});

describe('quiet', () => {
  test('what comes to need the person is said once, and nothing opens', () => {
    client.show({ attention: [inConflict('a')] });
    expect(site.announcer.own.value).toBe('1 change needs you');
    site.announcer.say('something else');
    client.show({ attention: [...client.view.attention] });
    client.show({ attention: [...client.view.attention, refused('b', 'forbidden', others)] });
    expect(site.announcer.own.value).toBe('something else');
  });

  test('a store that was deleted under the running app is told of once', () => {
    client.show({ wipedAt: 5 });
    client.show({ wipedAt: 5, pending: [] });
    expect(site.toasts.shown.value).toHaveLength(1);
  });
});
