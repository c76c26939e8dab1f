import { computed, type Signal, signal } from '@preact/signals';
import { beforeEach, describe, expect, test } from 'vitest';
import { Board } from '../../app/state/board.ts';
import { carsByNumber } from '../../app/state/car-order.ts';
import type { Memory } from '../../app/state/memory.ts';
import { followNames, presentView } from '../../app/state/present-view.ts';
import type { View } from '../../app/sync/view.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { fakeCar } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

let live: Signal<readonly Car[]>;
let board: Board;
let memory: Memory;
let clock: HandClock;

const locations = ['Yard', '100', '200'];

function makeBoard(): Board {
  return new Board(
    live,
    computed(() => locations),
    clock,
    memory,
  );
}

beforeEach(() => {
  live = signal([
    fakeCar('1'),
    fakeCar('2', { arrived: true, location: '100' }),
    fakeCar('3', { late: true }),
  ]);
  memory = mapMemory();
  clock = new HandClock();
  board = makeBoard();
});

const ids = () => board.cars.value.map(({ id }) => id);
function change(id: string, fields: Partial<Car>): void {
  live.value = live.value.map((car) => (car.id === id ? { ...car, ...fields } : car));
}
function add(car: Car): void {
  live.value = carsByNumber([...live.value, car]);
}

describe('remote changes', () => {
  test('re-arrange a board that nobody looks at', () => {
    board.show({ show: 'expected' });
    change('1', { arrived: true });
    expect(ids()).toEqual(['3']);
    expect(board.updates.value).toBe(0);
  });

  test('wait while somebody is at it, and are counted', () => {
    board.show({ show: 'expected' });
    board.hold('pointer');
    change('1', { arrived: true });
    add(fakeCar('4'));
    expect(ids()).toEqual(['1', '3']);
    expect(board.updates.value).toBe(2);
  });

  test('take their places when the person asks for it, and the board stays held', () => {
    board.hold('focus');
    add(fakeCar('4'));
    board.refresh();
    expect(ids()).toEqual(['1', '2', '3', '4']);
    add(fakeCar('5'));
    expect(ids()).toEqual(['1', '2', '3', '4']);
  });

  test('take their places once every reason to wait is gone', () => {
    board.hold('focus');
    board.hold('scrolled');
    add(fakeCar('4'));
    board.letGo('focus');
    expect(ids()).toEqual(['1', '2', '3']);
    board.letGo('scrolled');
    expect(ids()).toEqual(['1', '2', '3', '4']);
  });

  test('wait for four seconds after the last touch', () => {
    board.touch();
    add(fakeCar('4'));
    clock.turn(3_000);
    board.touch();
    clock.turn(3_999);
    expect(ids()).toEqual(['1', '2', '3']);
    clock.turn(1);
    expect(ids()).toEqual(['1', '2', '3', '4']);
  });

  test('that move nothing are no updates', () => {
    board.hold('pointer');
    change('1', { arrived: true, location: '200' });
    expect(board.updates.value).toBe(0);
  });

  test('of place count where columns stand for places, or the order follows them', () => {
    board.show({ view: 'columns' });
    board.hold('pointer');
    change('1', { location: '200' });
    expect(board.updates.value).toBe(1);
    board.show({ view: 'list', order: 'updated' });
    change('1', { updatedAt: 1 });
    expect(board.updates.value).toBe(1);
  });
});

describe('what the board shows', () => {
  test('is arranged at once when the person changes it', () => {
    board.hold('pointer');
    change('1', { arrived: true });
    board.show({ show: 'expected' });
    expect(ids()).toEqual(['3']);
  });

  test('columns follow the site, the empty ones too', () => {
    expect(board.groups.value.map(({ location, cars }) => [location, cars.length])).toEqual([
      ['Yard', 2],
      ['100', 1],
      ['200', 0],
    ]);
  });

  test('is kept across reloads', () => {
    board.show({ show: 'late', location: 'Yard', text: 'mirror', order: 'state', view: 'columns' });
    const again = makeBoard();
    expect(again.filter.value).toEqual({ show: 'late', location: 'Yard', text: 'mirror' });
    expect(again.order.value).toBe('state');
    expect(again.view.value).toBe('columns');
  });

  test('is the same after a trip through the address', () => {
    board.show({ show: 'empty', location: 'On Site', text: 'a b' });
    const query = new URLSearchParams(board.query().toString());
    board.show({ show: 'all', location: null, text: '' });
    board.read(query);
    expect(board.filter.value).toEqual({ show: 'empty', location: 'On Site', text: 'a b' });
  });

  test('what an address says that nobody knows is left out', () => {
    board.read(new URLSearchParams('show=broken&order=size&view=map'));
    expect(board.query().toString()).toBe('');
  });
});

test('a filter follows its location to another name once its cars do, and stays with cars that are held in their places', () => {
  const site = { id: 'north', name: 'North', timeZone: 'UTC', locations: ['Yard', 'Dock'] };
  const view = signal({ site } as View);
  board.show({ location: '100' });
  board.hold('focus');
  const stop = followNames({ board, view, cars: live });
  view.value = { ...view.value, site: { ...site, formerly: [{ from: '100', to: 'Dock' }] } };
  expect(board.cars.value.map(({ id }) => id)).toEqual(['2']);
  live.value = live.value.map((car) => (car.location === '100' ? { ...car, location: 'Dock' } : car));
  expect(board.filter.value.location).toBe('Dock');
  expect(board.cars.value.map(({ id }) => id)).toEqual(['2']);
  expect(memory.get('board')).toBe('at=Dock');
  stop();
});

test('a saved view is shown under the name that its location has now', () => {
  const site = { id: 'north', name: 'North', timeZone: 'UTC', locations: ['Yard', 'Dock'] };
  const view = { key: 'view.a', site: 'north', name: 'Lane', query: 'show=late&at=100' };
  for (const before of [null, site]) expect(presentView(view, before)).toBe(view);
  const renamed = { ...site, formerly: [{ from: '100', to: 'Dock' }] };
  expect(presentView(view, renamed)).toEqual({ ...view, query: 'show=late&at=Dock' });
  expect(presentView({ ...view, query: 'show=late' }, renamed)).toMatchObject({ query: 'show=late' });
});
