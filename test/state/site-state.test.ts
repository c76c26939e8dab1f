import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-acts.ts';
import '../../app/messages/add-board.ts';
import { SiteState } from '../../app/state/site-state.ts';
import { ANA, carMap, FakeSiteClient, fakeCar } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

let clock: HandClock;
let client: FakeSiteClient;
let site: SiteState;
const arrive = { type: 'set', car: '128414', fields: { arrived: true } } as const;
const toasts = () => site.toasts.shown.value.map(({ text }) => text);

function open(view: Partial<FakeSiteClient['view']> = {}): void {
  clock = new HandClock();
  client = new FakeSiteClient({ cars: carMap(fakeCar('128414'), fakeCar('128415')), ...view }, () =>
    clock.now(),
  );
  site = new SiteState(
    { id: 'north', name: 'North', role: 'lead' },
    client,
    { clock, memory: mapMemory(), locale: { language: 'en', hour12: false } },
    () => {},
  );
}
beforeEach(() => open());

describe('what one does', () => {
  test('shows at once, is told, and can be taken back', async () => {
    await site.do(arrive);
    expect(site.view.value.cars.get('128414')?.arrived).toBe(true);
    expect(toasts()).toEqual(['128414 arrived']);
    expect(site.announcer.own.value).toBe('128414 arrived');
    await site.undo(site.toasts.shown.value[0]?.edit ?? '');
    expect(site.view.value.cars.get('128414')?.arrived).toBe(false);
    expect(toasts()).toEqual(['Taken back: 128414 arrived']);
  });

  test('offers Undo for ten seconds', async () => {
    await site.do(arrive);
    clock.turn(9_999);
    expect(toasts()).toHaveLength(1);
    clock.turn(1);
    expect(toasts()).toEqual([]);
  });

  test('without a name Undo takes back the last change that stands', async () => {
    await site.do(arrive);
    await site.do({ type: 'set', car: '128415', fields: { late: true } });
    await site.undo();
    await site.undo();
    expect(site.view.value.cars.get('128414')?.arrived).toBe(false);
    expect(site.view.value.cars.get('128415')?.late).toBe(false);
    expect(await site.undo()).toBe(false);
  });

  test('is told as not done where the device cannot keep it', async () => {
    client.refuses = true;
    client.edit = async () => {
      throw new Error('full');
    };
    expect(await site.do(arrive)).toBe(false);
    expect(site.toasts.shown.value).toMatchObject([{ tone: 'bad', edit: null }]);
  });

  test('the list of one’s last changes has twenty at most', async () => {
    for (let i = 0; i < 25; i++) await site.do({ type: 'note', car: '128414', text: `note ${i}` });
    expect(site.own.value).toHaveLength(20);
  });
});

describe('who may', () => {
  test('a viewer changes nothing, a worker everything but what is the lead’s', () => {
    open({ you: { ...ANA, role: 'viewer' } });
    expect(site.may('set')).toBe(false);
    open({ you: { ...ANA, role: 'worker' } });
    expect(site.may('set', ['location'])).toBe(true);
    expect(site.may('remove')).toBe(false);
    expect(site.may('import')).toBe(false);
  });

  test('before the hub has said it, the list of one’s sites does', () => {
    open({ you: null });
    expect(site.role).toBe('lead');
  });
});

describe('the pill', () => {
  test('hides an outage of under two seconds and shows a longer one by itself', () => {
    client.health({ state: 'offline', retryAt: null });
    expect(site.pill.value.kind).toBe('live');
    clock.turn(1_999);
    expect(site.pill.value.kind).toBe('live');
    clock.turn(1);
    expect(site.pill.value.kind).toBe('offline');
  });

  test('grows older by itself', () => {
    client.health({ state: 'offline', retryAt: null });
    clock.turn(4 * 60_000 + 30_000);
    expect(site.pill.value).toMatchObject({ kind: 'stale' });
    expect(site.pill.value.kind === 'stale' && Math.floor(site.pill.value.ageMs / 60_000)).toBe(4);
  });
});

describe('people', () => {
  test('of the site have names, oneself is "You"', () => {
    expect(site.nameOf('p2')).toBe('Ben');
    expect(site.nameOf('p1')).toBe('You');
    expect(site.nameOf('p99')).toBe('Somebody');
  });

  test('who have a car open are marked on it, but not oneself', () => {
    client.show({
      people: [
        { id: 'p1', name: 'Ana', role: 'lead', devices: 1, car: '128414' },
        { id: 'p2', name: 'Ben', role: 'worker', devices: 1, car: '128414' },
        { id: 'p3', name: 'Carla', role: 'worker', devices: 0, car: '128415' },
      ],
    });
    expect([...site.openers.value].map(([car, people]) => [car, people.map(({ name }) => name)])).toEqual([
      ['128414', ['Ben']],
    ]);
    expect(site.people.value.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
  });
});

test('a stopped site shows nothing new', async () => {
  await site.stop();
  client.remote(arrive);
  expect(site.view.value.cars.get('128414')?.arrived).toBe(false);
});
