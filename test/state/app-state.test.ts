import { setImmediate } from 'node:timers/promises';
import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import { AppState } from '../../app/state/app-state.ts';
import { type KnownSite, SiteState } from '../../app/state/site-state.ts';
import type { Me } from '../../worker/protocol/api.ts';
import { FakeAddressBar } from '../support/fake-address-bar.ts';
import { FakeSiteClient, fakePending } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const north = { id: 'north', name: 'North', role: 'lead' } as const;
const south = { id: 'south', name: 'South', role: 'worker' } as const;

interface Start {
  sites?: KnownSite[];
  remembered?: Record<string, string>;
  opens?: boolean;
}

function start(path: string, { sites = [north], remembered = {}, opens = true }: Start = {}) {
  const me: Me = { person: { id: 'p1', name: 'Ana', email: null }, sites: [...sites] };
  const bar = new FakeAddressBar(path);
  const clock = new HandClock();
  const clients: FakeSiteClient[] = [];
  const opened: string[] = [];
  const surroundings = {
    layout: signal('phone' as const),
    dark: signal(false),
    online: signal(true),
    timeZone: 'UTC',
    version: '1',
    hour: () => 12,
    persisted: async () => null,
  };
  const memory = mapMemory({ me: JSON.stringify(me), ...remembered });
  const reply = { ok: true, value: me } as const;
  const refused = { ok: false, code: 'offline' } as const;
  const ports = { clock, memory, locale: { language: 'en', hour12: false } };
  const app = new AppState({
    ...ports,
    addressBar: bar,
    surroundings,
    updates: { waiting: signal(false), activate: () => {} },
    api: {
      me: async () => reply,
      login: async () => reply,
      logout: async () => ({ ok: true, value: null }),
      setup: async () => refused,
      importRoster: async () => refused,
      history: async () => refused,
      exportPath: () => '',
    },
    openSite: async (known, _me, open) => {
      if (!opens) throw new Error('the store does not open');
      opened.push(known.id);
      const client = new FakeSiteClient();
      clients.push(client);
      return new SiteState(known, client, ports, open);
    },
  });
  return { app, bar, clients, opened, memory };
}
/** Lets everything that is under way come to its end. */
const settled = () => setImmediate();

describe('where a person comes in', () => {
  test('with one site, there', async () => {
    const { bar, app } = start('/');
    await settled();
    expect(bar.path).toBe('/s/north');
    expect(app.site.value?.known).toEqual(north);
  });

  test('with several, the one they were at last', async () => {
    const { bar } = start('/', { sites: [north, south], remembered: { site: 'south' } });
    await settled();
    expect(bar.path).toBe('/s/south');
  });

  test('with several and none before, at the choice', async () => {
    const { bar, app } = start('/', { sites: [north, south] });
    await settled();
    expect(bar.path).toBe('/sites');
    expect(app.site.value).toBeNull();
  });

  test('at a site that is not theirs, nothing is opened', async () => {
    const { opened } = start('/s/elsewhere');
    await settled();
    expect(opened).toEqual([]);
  });
});

describe('an open site', () => {
  test('stays open while its screens change', async () => {
    const { app, opened } = start('/s/north');
    await settled();
    app.router.screen('board');
    app.router.open({ type: 'car', car: '128414', part: 'car' });
    await settled();
    expect(opened).toEqual(['north']);
  });

  test('tells the others which car is open', async () => {
    const { app, clients, bar } = start('/s/north');
    await settled();
    app.router.open({ type: 'car', car: '128414', part: 'car' });
    app.router.close();
    bar.settle();
    expect(clients[0]?.wheres.filter((car, i, all) => car !== all[i - 1])).toEqual([null, '128414', null]);
  });

  test('whose session has ended leads to the sign-in and says what waits', async () => {
    const { app, clients } = start('/s/north');
    await settled();
    clients[0]?.show({
      health: { state: 'stopped', reason: 'unauthenticated' },
      pending: [fakePending(), fakePending()],
    });
    expect(app.session.state.value).toEqual({ state: 'signed-out', left: { name: 'Ana', unsent: 2 } });
    expect(app.site.value).toBeNull();
  });

  test('whose store does not open is told, and tried again', async () => {
    const { app } = start('/s/north', { opens: false });
    await settled();
    expect(app.opening.value).toBe('failed');
    app.reopen();
    expect(app.opening.value).toBe('now');
  });
});
