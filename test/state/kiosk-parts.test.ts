import { describe, expect, test } from 'vitest';
import { Drafts, NOBODY } from '../../app/state/drafts.ts';
import { inOrder, knownPeople, learnPeople, noteUse, usesOf } from '../../app/state/faces.ts';
import { IdleWatch } from '../../app/state/idle-watch.ts';
import { nextStep } from '../../app/state/left-behind.ts';
import { openedFor, openedWord } from '../../app/state/opened.ts';
import { PinPad } from '../../app/state/pin-pad.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const HOUR = 3_600_000;
const person = (id: string, name = id) => ({ id, name, digits: 4 });

describe('whom a device is open for', () => {
  const word = openedWord('wes', 1_000_000);
  test('is who has touched it within the minute', () => {
    expect(openedFor(word, 1_060_000)).toBe('wes');
  });
  test('is nobody after that, nor before it: a clock that was put back opens nothing', () => {
    expect(openedFor(word, 1_066_000)).toBe('');
    expect(openedFor(word, 999_999)).toBe('');
  });
  test('is nobody where what is remembered makes no sense', () => {
    for (const text of ['', ' ', 'wes', 'x wes', `${Number.NaN} wes`]) expect(openedFor(text, 0)).toBe('');
  });
  test('is not said by a device that is nobody’s but its owner’s', () => {
    expect(openedFor(null, 0)).toBeNull();
  });
});

describe('faces', () => {
  const people = [person('b', 'Ben'), person('a', 'Ana'), person('c', 'Cy'), person('d', 'Dee')];
  test('who used the device in this shift come first, the last at the top; the others by name', () => {
    const uses = new Map([
      ['c', 20 * HOUR],
      ['b', 22 * HOUR],
      ['d', HOUR],
    ]);
    const faces = inOrder(people, uses, 24 * HOUR, () => true);
    expect(faces.map(({ name }) => name)).toEqual(['Ben', 'Cy', 'Ana', 'Dee']);
    expect(faces.map(({ isRecent }) => isRecent)).toEqual([true, true, false, false]);
  });
  test('are there without a network, and say who can enter then', () => {
    const memory = mapMemory();
    learnPeople(memory, { people });
    noteUse(memory, 'a', 5);
    noteUse(memory, 'b', 6);
    const faces = inOrder(knownPeople(memory), usesOf(memory), 7, (id) => id === 'a');
    expect(faces.map(({ id, canEnter }) => [id, canEnter])).toEqual([
      ['b', false],
      ['a', true],
      ['c', false],
      ['d', false],
    ]);
  });
});

describe('the pad', () => {
  test('takes digits of a hand or a keyboard, and ends with the last of them', () => {
    const pins: string[] = [];
    const pad = new PinPad(4, (pin) => pins.push(pin));
    for (const key of ['4', '8', '9', 'Backspace', '2']) expect(pad.key(key)).toBe(true);
    for (const key of ['a', 'Escape', 'Enter', 'F5']) expect(pad.key(key)).toBe(false);
    pad.key('6');
    expect(pins).toEqual(['4826']);
    expect(pad.text.value).toBe('');
  });
  test('takes as many as a PIN can have where it is not known, and ends with Enter', () => {
    const pins: string[] = [];
    const pad = new PinPad(null, (pin) => pins.push(pin));
    for (const key of [...'93057184', 'Enter']) pad.key(key);
    expect(pins).toEqual(['930571']);
  });
});

describe('a device that nobody touches', () => {
  function watched() {
    const clock = new HandClock();
    const idles: number[] = [];
    const elsewhere = { at: 0 };
    const begun = clock.now();
    const watch = new IdleWatch({
      clock,
      usedAt: () => elsewhere.at,
      idle: () => idles.push(clock.now() - begun),
    });
    watch.start();
    return { clock, idles, elsewhere, watch };
  }
  test('is over after a minute, warned of ten seconds before', () => {
    const { clock, idles, watch } = watched();
    clock.turn(49_999);
    expect(watch.left.value).toBeNull();
    clock.turn(1);
    expect(watch.left.value).toBe(10);
    clock.turn(9_000);
    expect(watch.left.value).toBe(1);
    expect(idles).toEqual([]);
    clock.turn(1_000);
    expect(idles).toEqual([60_000]);
    expect(watch.left.value).toBeNull();
    clock.turn(HOUR);
    expect(idles).toEqual([60_000]);
  });
  test('a touch begins the minute anew, and takes the warning away', () => {
    const { clock, idles, watch } = watched();
    clock.turn(55_000);
    expect(watch.touch()).toBe(true);
    expect(watch.left.value).toBeNull();
    clock.turn(59_999);
    expect(idles).toEqual([]);
    clock.turn(1);
    expect(idles).toEqual([115_000]);
  });
  test('another tab that is used keeps it open', () => {
    const { clock, idles, elsewhere } = watched();
    clock.turn(40_000);
    elsewhere.at = clock.now();
    clock.turn(59_999);
    expect(idles).toEqual([]);
    clock.turn(1);
    expect(idles).toEqual([100_000]);
  });
  test('a touch after it was asleep comes too late', () => {
    const clock = new HandClock();
    let idles = 0;
    // Its timers have stood still.
    const watch = new IdleWatch({
      clock: { now: () => clock.now(), after: () => () => {} },
      usedAt: () => 0,
      idle: () => idles++,
    });
    watch.start();
    clock.turn(HOUR);
    expect(watch.touch()).toBe(false);
    expect(idles).toBe(1);
  });
});

describe('notes that have been begun', () => {
  test('are shown to who has begun them and nobody else, also after a restart', () => {
    const memory = mapMemory();
    new Drafts(memory).keep('wes', '128414', 'left mirror');
    const drafts = new Drafts(memory);
    expect(drafts.of('wes', '128414')).toBe('left mirror');
    expect(drafts.of('lee', '128414')).toBe('');
    expect(drafts.of('wes', '128439')).toBe('');
    drafts.keep('wes', '128414', '');
    expect(memory.get('drafts')).toBeNull();
  });
  test('of nobody become whose they say they are, or are dropped', () => {
    const drafts = new Drafts(mapMemory());
    drafts.keep('wes', '1', 'older');
    drafts.keep(NOBODY, '1', 'newer');
    drafts.sign('wes');
    expect(drafts.of('wes', '1')).toBe('newer');
    expect(drafts.of(NOBODY, '1')).toBe('');
    drafts.keep(NOBODY, '2', 'whose?');
    drafts.dropUnsigned();
    drafts.sign('lee');
    expect(drafts.of('lee', '2')).toBe('');
    expect(drafts.of('wes', '1')).toBe('newer');
  });
});

describe('what is done about what was left behind', () => {
  const facts = {
    locked: true,
    isAsking: false,
    held: false,
    isPerson: false,
    isSent: true,
    senders: [],
    spent: [],
  };
  test('E4 who has shown their PIN to the device alone is told to the hub before all else', () => {
    for (const locked of [true, false]) {
      expect(nextStep({ ...facts, locked, held: true, isPerson: true })).toEqual({ step: 'prove' });
    }
  });
  test('an open device is left alone', () => {
    expect(nextStep({ ...facts, locked: false, isPerson: true, senders: ['lee'] })).toBeNull();
  });
  test('who has gone is signed out once all of theirs is sent, and not before', () => {
    expect(nextStep({ ...facts, isPerson: true, isSent: false })).toBeNull();
    expect(nextStep({ ...facts, isPerson: true })).toEqual({ step: 'leave' });
  });
  test('then comes the next who left something, and at last nobody can be signed in from it', () => {
    expect(nextStep({ ...facts, senders: ['lee'], spent: ['wes'] })).toEqual({ step: 'send', person: 'lee' });
    expect(nextStep({ ...facts, spent: ['wes'] })).toEqual({ step: 'let-go', person: 'wes' });
    expect(nextStep(facts)).toBeNull();
  });
  test('nothing of it is torn from the hands of who is being asked', () => {
    expect(nextStep({ ...facts, isAsking: true, isPerson: true, senders: ['lee'] })).toBeNull();
  });
});
