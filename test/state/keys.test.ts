import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AppState } from '../../app/state/app-state.ts';
import { Router } from '../../app/state/router.ts';
import { type Asked, SiteState } from '../../app/state/site-state.ts';
import { listenToKeys } from '../../app/views/shell/keys.ts';
import { FakeAddressBar } from '../support/fake-address-bar.ts';
import { carMap, FakeSiteClient, fakeCar } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

/** As much of a page as keys come through. */
beforeEach(() => {
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', { activeElement: null });
  vi.stubGlobal('Element', class {});
});
afterEach(() => vi.unstubAllGlobals());

test('while somebody is asked who they are no key does anything to what lies beneath, and after it each does', async () => {
  const clock = new HandClock();
  const asking = signal<Asked | null>(null);
  const router = new Router(new FakeAddressBar('/s/north'));
  const client = new FakeSiteClient({ cars: carMap(fakeCar('128414'), fakeCar('128439')) });
  const ports = { clock, memory: mapMemory(), locale: { language: 'en', hour12: false } };
  const known = { id: 'north', name: 'North', role: 'lead' } as const;
  const site = new SiteState(known, client, ports, ({ id }) =>
    router.open({ type: 'car', car: id, part: 'car' }),
  );
  const app = {
    asking,
    router,
    preferences: { shortcuts: signal(true) },
    ports: { surroundings: { layout: signal('tablet') } },
  } as unknown as AppState;
  const stop = listenToKeys(app, site);
  const press = (key: string, how: { ctrlKey?: boolean } = {}) => {
    const event = Object.assign(new Event('keydown', { cancelable: true }), { key, ...how });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const scan = () => {
    for (const key of ['1', '2', '8', '4', '3', '9', 'Enter']) press(key);
  };
  await site.do({ type: 'set', car: '128414', fields: { late: true } });
  router.open({ type: 'car', car: '128414', part: 'car' });
  const [route, late] = [router.route.value, () => site.view.value.cars.get('128414')?.late];

  asking.value = {};
  scan();
  clock.turn(1_000);
  expect([press('Escape'), press('z', { ctrlKey: true }), press('/')]).toEqual([false, false, false]);
  expect([router.route.value, site.keypad.text.value, late()]).toEqual([route, '', true]);

  asking.value = null;
  scan();
  expect(router.route.value).toMatchObject({ overlay: { car: '128439' } });
  press('z', { ctrlKey: true });
  await Promise.resolve();
  expect(late()).toBe(false);
  expect(press('Escape')).toBe(true);
  stop();
});
