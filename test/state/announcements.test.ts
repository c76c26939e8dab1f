import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-acts.ts';
import '../../app/messages/add-board.ts';
import { announcements, remoteChanges } from '../../app/state/announcements.ts';
import { Announcer } from '../../app/state/announcer.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { carMap, fakeCar } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';

const before = carMap(fakeCar('1'), fakeCar('2'), fakeCar('3', { arrived: true, empty: true }));
const later = (...cars: Car[]) => new Map([...before, ...carMap(...cars)]);
const changed = (id: string, fields: Partial<Car>) =>
  fakeCar(id, { ...before.get(id), version: 2, updatedBy: 'p2', ...fields });

describe('changes of others', () => {
  test('are those with a new version that are not mine', () => {
    const now = later(changed('1', { arrived: true }), changed('2', { updatedBy: 'p1' }));
    expect(remoteChanges(before, now, 'p1').map(({ id }) => id)).toEqual(['1']);
  });

  test('are told in one line', () => {
    const now = later(changed('1', { arrived: true, location: '300' }), changed('2', { late: true }));
    expect(announcements(before, now, ['1', '2'])).toBe('1 arrived, moved to 300; 2 late');
  });

  test('many are told by their number', () => {
    const cars = ['11', '12', '13', '14'].map((id) => fakeCar(id, { version: 2 }));
    expect(announcements(before, later(...cars), ['11', '12', '13', '14'])).toBe('4 cars changed');
  });

  test('coming, going and coming back are told', () => {
    const now = later(fakeCar('9', { version: 2 }), changed('1', { removed: true }));
    expect(announcements(before, now, ['9', '1'])).toBe('9 added; 1 removed');
  });

  test('a car that is no longer empty has arrived', () => {
    expect(announcements(before, later(changed('3', { empty: false })), ['3'])).toBe('3 arrived');
  });

  test('what has been taken back meanwhile is not told', () => {
    expect(announcements(before, later(changed('1', {})), ['1'])).toBe('');
  });
});

describe('the announcer', () => {
  let clock: HandClock;
  let announcer: Announcer;

  beforeEach(() => {
    clock = new HandClock();
    announcer = new Announcer(before, clock);
  });

  test('says own actions at once, and the same twice as two', () => {
    announcer.say('1 arrived');
    const first = announcer.own.value;
    announcer.say('1 arrived');
    expect(first).toBe('1 arrived');
    expect(announcer.own.value).not.toBe(first);
  });

  test('gathers those of others for five seconds', () => {
    announcer.see(later(changed('1', { arrived: true })), 'p1');
    clock.turn(2_000);
    announcer.see(later(changed('1', { arrived: true, location: '300' })), 'p1');
    clock.turn(2_999);
    expect(announcer.remote.value).toBe('');
    clock.turn(1);
    expect(announcer.remote.value).toBe('1 arrived, moved to 300');
  });

  test('waits five full seconds again after each line', () => {
    const now = later(changed('1', { arrived: true }));
    announcer.see(now, 'p1');
    clock.turn(2_000);
    announcer.see(new Map([...now, ['3', changed('3', { late: true })]]), 'p1');
    clock.turn(4_000);
    announcer.see(new Map([...now, ['2', changed('2', { late: true })]]), 'p1');
    clock.turn(4_999);
    expect(announcer.remote.value).not.toContain('2 late');
    clock.turn(1);
    expect(announcer.remote.value).toContain('2 late');
  });

  test('starts anew after each line', () => {
    const now = later(changed('1', { arrived: true }));
    announcer.see(now, 'p1');
    clock.turn(5_000);
    announcer.see(new Map([...now, ['2', changed('2', { late: true })]]), 'p1');
    clock.turn(5_000);
    expect(announcer.remote.value).toBe('2 late');
  });

  test('keeps silent about own changes and the first board of a device', () => {
    announcer.see(later(changed('1', { arrived: true, updatedBy: 'p1' })), 'p1');
    const fresh = new Announcer(new Map(), clock);
    fresh.see(before, 'p1');
    clock.turn(5_000);
    expect(announcer.remote.value).toBe('');
    expect(fresh.remote.value).toBe('');
  });
});
