import { setImmediate } from 'node:timers/promises';
import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import { AppState } from '../../app/state/app-state.ts';
import { updateWhenQuiet } from '../../app/state/quiet-updates.ts';
import { type KnownSite, SiteState } from '../../app/state/site-state.ts';
import { StoreError } from '../../app/sync/store.ts';
import type { Me } from '../../worker/protocol/api.ts';
import { FakeAddressBar } from '../support/fake-address-bar.ts';
import { FakeSiteClient, fakePending } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const north = { id: 'north', name: 'North', role: 'lead' } as const;
const south = { id: 'south', name: 'South', role: 'worker' } as const;

interface Start {
  kind?: Me['kind'];
  sites?: KnownSite[];
  remembered?: Record<string, string>;
  opens?: boolean;
  /** Why the store does not open. */
  error?: Error;
}

function start(
  path: string,
  { kind = 'person', sites = [north], remembered = {}, opens = true, error }: Start = {},
) {
  const person = { id: 'p1', name: 'Ana', email: null };
  const me: Me = { kind, person, sites: [...sites], device: null };
  const bar = new FakeAddressBar(path);
  const clock = new HandClock();
  const clients: FakeSiteClient[] = [];
  const opened: string[] = [];
  const [waiting, resting] = [signal(false), signal(false)];
  const activated: string[] = [];
  const surroundings = {
    layout: signal('phone' as const),
    dark: signal(false),
    online: signal(true),
    resting,
    visible: signal(true),
    timeZone: 'UTC',
    version: '1',
    hour: () => 12,
    persisted: async () => null,
  };
  const memory = mapMemory({ me: JSON.stringify(me), ...remembered });
  const reply = { ok: true, value: me };
  const refused = { ok: false, code: 'offline' } as const;
  const ports = { clock, memory, locale: { language: 'en', hour12: false } };
  const app = new AppState({
    ...ports,
    addressBar: bar,
    surroundings,
    updates: {
      waiting,
      activate: () => void activated.push('activate'),
      look: () => void activated.push('look'),
    },
    api: {
      me: async () => ({ ...reply, ok: true }),
      login: async () => ({ ...reply, ok: true }),
      logout: async () => ({ ok: true, value: null }),
      history: async () => refused,
      verifyHistory: async () => refused,
      fleet: async () => refused,
      rollCall: async () => refused,
      ask: async () => refused,
      exportPath: () => '',
    },
    openSite: async (known, _me, open) => {
      if (!opens) throw error ?? new Error('the store does not open');
      opened.push(known.id);
      const client = new FakeSiteClient();
      clients.push(client);
      return new SiteState(known, client, ports, open);
    },
  });
  updateWhenQuiet({ updates: app.ports.updates, resting, route: app.router.route, site: app.site });
  return { app, bar, clients, clock, opened, memory, waiting, resting, activated, reply };
}
/** Lets everything that is under way come to its end. */
const settled = () => setImmediate();

describe('a screen on a wall', () => {
  test.each(['/', '/sites', '/s/north', '/s/north/more'])('that starts at %s is a wall', async (path) => {
    const { bar, app, opened } = start(path, { kind: 'wall' });
    await settled();
    expect(bar.path).toBe('/wall#display=');
    expect(app.router.route.value).toEqual({ at: 'wall', token: '' });
    // It opens its board itself.
    expect(opened).toEqual([]);
  });

  test('that starts with its token keeps it in the address', async () => {
    const { bar, app } = start('/wall#display=s3cret', { kind: 'wall' });
    await settled();
    expect(bar.path).toBe('/wall#display=s3cret');
    expect(app.router.route.value).toEqual({ at: 'wall', token: 's3cret' });
  });

  test('closes the board that somebody had open in this browser', async () => {
    const { app, reply, bar } = start('/s/north');
    await settled();
    expect(app.site.value).not.toBeNull();
    Object.assign(reply, { value: { ...reply.value, kind: 'wall' } });
    await app.session.refresh();
    await settled();
    expect(app.site.value).toBeNull();
    expect(bar.path).toBe('/wall#display=');
  });
});

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

  test('E4 whose session has become another person’s is opened for that person, under their name', async () => {
    const { app, clients, opened, reply } = start('/s/north');
    await settled();
    const [client] = clients;
    client!.show({ you: { person: 'p1', name: 'Ana', role: 'lead' } });
    await settled();
    expect(opened).toEqual(['north']);
    reply.value = { ...reply.value, person: { id: 'p2', name: 'Ben', email: null } };
    client!.show({ you: { person: 'p2', name: 'Ben', role: 'lead' } });
    await settled();
    expect(app.session.state.value).toMatchObject({ me: { person: { id: 'p2' } } });
    expect(opened).toEqual(['north', 'north']);
    expect(app.site.value).not.toBeNull();
  });

  test('whose store does not open is told, and tried again', async () => {
    const { app } = start('/s/north', { opens: false });
    await settled();
    expect(app.opening.value).toBe('failed');
    app.reopen();
    expect(app.opening.value).toBe('now');
  });
});

describe('a new version of the app', () => {
  const unsaved = { ...fakePending(), saved: false };

  test('takes over in a quiet moment: nobody is at the page, nothing is open, every edit is kept', async () => {
    const { app, clients, waiting, resting, activated, bar } = start('/s/north');
    await settled();
    resting.value = true;
    expect(activated).toEqual([]);
    waiting.value = true;
    expect(activated).toEqual(['activate']);
    expect([app.site.value?.known, clients.length, bar.path]).toEqual([north, 1, '/s/north']);
  });

  test('does not take over while somebody is at the page', async () => {
    const { waiting, activated } = start('/s/north');
    await settled();
    waiting.value = true;
    expect(activated).toEqual([]);
  });

  test('O1 waits for edits that are not kept yet', async () => {
    const { clients, waiting, resting, activated } = start('/s/north');
    await settled();
    clients[0]?.show({ pending: [fakePending(), unsaved] });
    waiting.value = true;
    resting.value = true;
    expect(activated).toEqual([]);
    clients[0]?.show({ pending: [fakePending()] });
    expect(activated).toEqual(['activate']);
  });

  test('waits while something is open in which a person may have begun something', async () => {
    const { app, bar, waiting, resting, activated } = start('/s/north');
    await settled();
    app.router.open({ type: 'car', car: '128414', part: 'note' });
    waiting.value = true;
    resting.value = true;
    expect(activated).toEqual([]);
    app.router.close();
    bar.settle();
    expect(activated).toEqual(['activate']);
  });

  test('is not waited for by a car that is open: it is open again afterwards', async () => {
    const { app, waiting, resting, activated } = start('/s/north');
    await settled();
    app.router.open({ type: 'car', car: '128414', part: 'car' });
    waiting.value = true;
    resting.value = true;
    expect(activated).toEqual(['activate']);
  });

  test('takes over once: one that does not come up does not turn the page in circles', async () => {
    const { waiting, resting, activated } = start('/s/north');
    await settled();
    waiting.value = true;
    resting.value = true;
    resting.value = false;
    resting.value = true;
    expect(activated).toEqual(['activate']);
  });
});

describe('a version that is too old', () => {
  test('for the hub looks for a newer one, and asks the hub again a minute later: a deploy may be under way', async () => {
    const { clients, clock, activated } = start('/s/north');
    await settled();
    const [client] = clients;
    client?.show({ health: { state: 'stopped', reason: 'unknown-protocol' } });
    expect([activated, client?.syncs]).toEqual([['look'], 0]);
    clock.turn(60_000);
    expect(client?.syncs).toBe(1);
  });

  test('for what this device has stored says so, and looks for a newer one', async () => {
    const { app, activated } = start('/s/north', { opens: false, error: new StoreError('newer') });
    await settled();
    expect([app.opening.value, activated]).toEqual(['newer', ['look']]);
  });
});
