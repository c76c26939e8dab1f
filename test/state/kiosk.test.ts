import { setImmediate } from 'node:timers/promises';
import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import '../../app/messages/add-acts.ts';
import '../../app/messages/add-board.ts';
import type { Reply } from '../../app/state/api.ts';
import { AppState } from '../../app/state/app-state.ts';
import { Kiosk } from '../../app/state/kiosk.ts';
import { SiteState } from '../../app/state/site-state.ts';
import type { Vault } from '../../app/sync/vault/vault.ts';
import type { WaitingEdits } from '../../app/sync/view.ts';
import type { Me } from '../../worker/protocol/api.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import { FakeAddressBar } from '../support/fake-address-bar.ts';
import { carMap, FakeSiteClient, fakeCar, fakeEdit, fakePending } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const DEVICE = { id: 'd1', name: 'Tablet 1', shared: true };
const meOf = (id: string, kind: Me['kind'] = 'person', device: Me['device'] = DEVICE): Me => ({
  kind,
  person: { id, name: id, email: null },
  sites: [{ id: 'north', name: 'North', role: kind === 'person' ? 'worker' : 'viewer' }],
  device,
});
const TABLET = meOf('d1', 'device');
const PINS: Record<string, string> = { wes: '4827', lee: '9305' };
const arrived = { type: 'set', car: '128414', fields: { arrived: true } } as const;
const OFFLINE = { ok: false, code: 'offline' } as const;

/** Lets everything that is under way come to its end. */
const settled = async () => {
  for (let i = 0; i < 20; i++) await setImmediate();
};

interface Start {
  me?: Me;
  reach?: boolean;
  /** Done before anybody can be asked who they are. */
  early?(app: AppState): Promise<void>;
}

/** A tablet, the hub it asks, and what it has of a site for each who opens it. */
async function tablet(
  remembered: Record<string, string> = {},
  { me = TABLET, reach = true, early = async () => {} }: Start = {},
) {
  const clock = new HandClock();
  const memory = mapMemory({ me: JSON.stringify(me), ...remembered });
  const online = signal(reach);
  const health = () =>
    online.peek()
      ? ({ state: 'live', by: 'socket' } as const)
      : ({ state: 'offline', retryAt: null } as const);
  /** Whose session the hub knows the tablet by. */
  const hub = {
    session: me,
    asked: [] as string[],
    refuses: false,
    logout: null as 'forgotten' | 'kept' | null,
    silent: new Set<string>(),
  };
  /** Whom the tablet's store opens for no more. */
  const shut = new Set<string>();
  const store = { isFull: false };
  const clients: { as: string; client: FakeSiteClient; made: Edit[] }[] = [];
  let waiting: WaitingEdits[] = [];
  const answer = <T>(what: string, make: () => Reply<T>): Reply<T> => {
    hub.asked.push(what);
    return online.peek() && !hub.silent.has(what) ? make() : OFFLINE;
  };
  const signIn = (id: string): Reply<Me> => {
    hub.session = meOf(id);
    return { ok: true, value: hub.session };
  };
  const api = {
    ask: async (path: string, init: RequestInit) => {
      const body = JSON.parse(String(init.body ?? '{}'));
      return answer<unknown>(`${path} ${body.person ?? ''}`, () => {
        if (path === '/api/auth/pin') {
          if (PINS[body.person] !== body.pin) return { ok: false, code: 'wrong-pin' };
          const reply = signIn(body.person);
          return reply.ok ? { ok: true, value: { ...reply.value, grant: `grant-${body.person}` } } : reply;
        }
        if (path === '/api/auth/pin/offline') {
          if (hub.refuses || body.grant !== `grant-${body.person}`) return { ok: false, code: 'wrong-pin' };
          return signIn(body.person);
        }
        return { ok: true, value: { people: [] } };
      });
    },
    me: async () => answer<Me>('me', () => ({ ok: true, value: hub.session })),
    login: async () => answer<Me>('login', () => signIn('lee')),
    logout: async () =>
      answer<null>('logout', () => {
        if (hub.logout !== 'kept') hub.session = TABLET;
        if (hub.logout !== null) return { ok: false, code: 'unavailable' };
        return { ok: true, value: null };
      }),
  } as unknown as AppState['ports']['api'];
  const ports = { clock, memory, locale: { language: 'en', hour12: false } };
  const app: AppState = new AppState({
    ...ports,
    api,
    addressBar: new FakeAddressBar('/s/north'),
    surroundings: {
      layout: signal('tablet' as const),
      dark: signal(false),
      online,
      resting: signal(false),
      visible: signal(true),
      timeZone: 'UTC',
      version: '1',
      hour: () => 12,
      persisted: async () => null,
    },
    updates: { waiting: signal(false), activate: () => {}, look: () => {} },
    openSite: async (known, who, open) => {
      if (shut.has(who.person.id)) throw new Error('the store does not open');
      const cars = carMap(fakeCar('128414'), fakeCar('128439'));
      const own = waiting.some(({ author }) => author === who.person.id) ? [fakePending()] : [];
      const others = waiting.filter(({ author }) => author !== who.person.id);
      const view = { cars, you: null, health: health(), pending: own, waiting: others };
      const client = new FakeSiteClient(view);
      client.refuses = store.isFull;
      const made: Edit[] = [];
      const edit = client.edit.bind(client);
      client.edit = async (intent) => {
        const done = await edit(intent);
        made.push(done);
        return done;
      };
      clients.push({ as: who.person.id, client, made });
      return new SiteState(known, client, { ...ports, hold: (asked) => app.hold(asked) }, open, who.person);
    },
  });
  const grants = new Map<string, string>();
  const known = new Map<string, Me>();
  const vault: Pick<Vault, 'people' | 'held' | 'keep' | 'open' | 'grantOf' | 'letGo' | 'forget' | 'clear'> = {
    people: async () => new Set(known.keys()),
    held: async () => new Set(grants.keys()),
    keep: async (who, _pin, grant) => {
      known.set(who.person.id, who);
      grants.set(who.person.id, grant);
    },
    open: async (id, _device, pin) => {
      const who = known.get(id);
      if (!who) return { ok: false, why: 'unknown' };
      if (PINS[id] !== pin) return { ok: false, why: 'wrong', waitMs: 0 };
      grants.set(id, `grant-${id}`);
      return { ok: true, me: who };
    },
    grantOf: async (id) => grants.get(id) ?? null,
    letGo: async (id) => void grants.delete(id),
    forget: async (id) => {
      grants.delete(id);
      known.delete(id);
    },
    clear: async () => {
      grants.clear();
      known.clear();
    },
  };
  await settled();
  await early(app);
  const kiosk = new Kiosk(app, { api, vault, inTurn: (run) => run() });
  await settled();
  return {
    app,
    kiosk,
    clock,
    memory,
    hub,
    clients,
    grants,
    known,
    vault,
    store,
    shut,
    /** The site as it is open now. */
    get site() {
      return app.site.value!;
    },
    get here() {
      return app.session.state.value;
    },
    /** Who has done what, in all. */
    get done() {
      return clients.flatMap(({ as, made }) => made.map((one) => `${as}: ${one.type}`));
    },
    leaves(author: string) {
      waiting = [{ author, edits: [fakeEdit(arrived)] }];
    },
    sent() {
      waiting = [];
    },
    async reach(on: boolean) {
      online.value = on;
      for (const { client } of clients) client.health(health());
      await settled();
    },
    async turn(ms: number) {
      for (let passed = 0; passed < ms; passed += 500) {
        clock.turn(500);
        await settled();
      }
    },
  };
}

const isAs = (here: ReturnType<() => AppState['session']['state']['value']>) =>
  here.state === 'signed-in' ? here.me.person.id : here.state;

describe('a tablet nobody has said who they are on', () => {
  test('E4 keeps what is done until somebody shows their PIN, and does it as them', async () => {
    const at = await tablet();
    expect(at.app.locked.value).toBe(true);
    expect(await at.site.do(arrived)).toBe(false);
    expect(at.done).toEqual([]);
    expect(at.app.asking.value).toEqual({ intent: arrived });
    expect(await at.kiosk.enter('wes', '4827')).toEqual({ ok: true });
    await settled();
    expect(at.done).toEqual(['wes: set']);
    expect(at.app.locked.value).toBe(false);
    expect(at.kiosk.person?.id).toBe('wes');
  });

  const tapped = { early: async (app: AppState) => void (await app.site.value?.do(arrived)) };

  test('forgets what was tapped while it was starting once nobody has been there for a minute', async () => {
    const at = await tablet({}, tapped);
    await at.turn(60_000);
    expect(at.app.asking.value).toBeNull();
  });

  test('asks who wants what was tapped while it was still starting', async () => {
    const at = await tablet({}, tapped);
    expect(at.app.asking.value).toEqual({ intent: arrived });
    await at.kiosk.enter('wes', '4827');
    await settled();
    expect(at.done).toEqual(['wes: set']);
  });

  test('shows nobody a note that somebody began before it was started anew and did not sign', async () => {
    const drafts = JSON.stringify([
      ['', '128414', 'left mirror'],
      ['wes', '128439', 'mine'],
    ]);
    const at = await tablet({ drafts });
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    await settled();
    expect(at.kiosk.drafts.of('wes', '128414')).toBe('');
    expect(at.kiosk.drafts.of('wes', '128439')).toBe('mine');
  });

  test.each([
    [true, 'left mirror', []],
    [false, '', ['wes: note']],
  ] as const)(
    'keeps the words of a note until it is added: the store is full, %o',
    async (isFull, text, done) => {
      const at = await tablet();
      at.kiosk.drafts.keep('', '128414', 'left mirror');
      await at.site.do({ type: 'note', car: '128414', text: 'left mirror' });
      at.store.isFull = isFull;
      await at.kiosk.enter('wes', '4827');
      await settled();
      expect([at.kiosk.drafts.of('wes', '128414'), at.done]).toEqual([text, done]);
    },
  );

  test('stays as it is after a wrong PIN, and goes on asking', async () => {
    const at = await tablet();
    await at.site.do(arrived);
    expect(await at.kiosk.enter('wes', '0000')).toEqual({ ok: false, code: 'wrong-pin', waitSeconds: null });
    await settled();
    expect(at.done).toEqual([]);
    expect(at.app.locked.value).toBe(true);
    expect(at.app.asking.value).toEqual({ intent: arrived });
  });

  test('E4 does for the next nothing that another has not signed', async () => {
    const at = await tablet();
    await at.site.do(arrived);
    at.kiosk.cancel();
    at.kiosk.ask();
    await at.kiosk.enter('lee', '9305');
    await settled();
    expect(at.done).toEqual([]);
    expect(at.kiosk.person?.id).toBe('lee');
  });

  test('forgets what was asked once nobody has been there for a minute', async () => {
    const at = await tablet();
    at.kiosk.touch();
    await at.site.do(arrived);
    await at.turn(60_000);
    expect(at.app.asking.value).toBeNull();
  });

  test('opens for nobody whose PIN is answered after they have gone', async () => {
    const at = await tablet();
    await at.site.do(arrived);
    const entering = at.kiosk.enter('wes', '4827');
    at.kiosk.cancel();
    await entering;
    await settled();
    expect(at.app.locked.value).toBe(true);
    expect(at.done).toEqual([]);
    await at.turn(1_000);
    expect(at.hub.session).toEqual(TABLET);
  });

  test.each([
    ['a PIN', (kiosk: Kiosk) => kiosk.enter('wes', '4827')],
    ['a password', (kiosk: Kiosk) => kiosk.signIn({ email: 'lee@example.com', password: 'x' })],
  ])('E4 does what somebody asks for under nobody’s name who was asked before: by %s', async (_, say) => {
    const at = await tablet();
    at.kiosk.ask();
    const saying = say(at.kiosk);
    at.kiosk.cancel();
    await at.site.do(arrived);
    await saying;
    await settled();
    expect(at.done).toEqual([]);
    expect(at.app.locked.value).toBe(true);
    expect(at.app.asking.value).toEqual({ intent: arrived });
    await at.kiosk.enter('wes', '4827');
    await settled();
    expect(at.done).toEqual(['wes: set']);
  });

  test('opens by a password, too', async () => {
    const at = await tablet();
    at.kiosk.ask();
    await at.kiosk.signIn({ email: 'lee@example.com', password: 'x' });
    await settled();
    expect(at.kiosk.person?.id).toBe('lee');
  });

  test('starts locked without a network, whoever was signed in on it', async () => {
    for (const opened of ['', '0 wes', `${new HandClock().now() + 1} wes`, `${new HandClock().now()} lee`]) {
      const at = await tablet({ opened }, { me: meOf('wes'), reach: false });
      expect([opened, at.app.locked.value]).toEqual([opened, true]);
    }
    // Where what is remembered has gone, the hub's word is enough.
    expect((await tablet({}, { me: meOf('wes'), reach: false })).app.locked.value).toBe(true);
  });
});

describe('a tablet that somebody has opened', () => {
  async function opened(person = 'wes') {
    const at = await tablet();
    at.kiosk.ask();
    await at.kiosk.enter(person, PINS[person]!);
    await settled();
    return at;
  }

  test('locks after a minute, and at once where it is told to', async () => {
    const at = await opened();
    await at.turn(59_500);
    expect(at.app.locked.value).toBe(false);
    await at.turn(500);
    expect(at.app.locked.value).toBe(true);
    at.kiosk.ask();
    await at.kiosk.enter('lee', '9305');
    at.kiosk.lock();
    expect(at.app.locked.value).toBe(true);
  });

  test('E4 what another tab has locked does nothing here either', async () => {
    const at = await opened();
    at.memory.set('opened', '');
    expect(await at.site.do(arrived)).toBe(false);
    expect(at.done).toEqual([]);
  });

  test('E4 what is pressed after the minute is nobody’s, though no timer has gone off', async () => {
    const at = await opened();
    at.memory.set('opened', `${at.clock.now() - 70_000} wes`);
    expect(await at.site.do(arrived)).toBe(false);
    expect(at.done).toEqual([]);
    // Nor does a clock that is put back open it again.
    expect(at.memory.get('opened')).toBe('');
  });

  test('is left by who has gone once all of theirs is sent, and is itself then', async () => {
    const at = await opened();
    at.clients.at(-1)!.client.show({ pending: [fakePending()] });
    at.kiosk.lock();
    await at.turn(5_000);
    expect(isAs(at.here)).toBe('wes');
    expect(at.hub.asked).not.toContain('logout');
    at.clients.at(-1)!.client.acknowledge();
    await at.turn(1_000);
    expect(isAs(at.here)).toBe('d1');
    expect([...at.grants.keys()]).toEqual([]);
    expect(at.app.locked.value).toBe(true);
  });

  test('I3 is itself at once where the session could not be ended everywhere: the browser has forgotten it', async () => {
    const at = await opened();
    at.hub.logout = 'forgotten';
    at.kiosk.lock();
    await at.turn(1_000);
    expect(isAs(at.here)).toBe('d1');
    expect([...at.grants.keys()]).toEqual([]);
    expect(at.hub.asked.filter((what) => what === 'logout')).toHaveLength(1);
  });

  test('I3 stays locked where nothing has ended the session, and leaves it as soon as that can be', async () => {
    const at = await opened();
    at.hub.logout = 'kept';
    at.kiosk.lock();
    await at.turn(1_000);
    expect([isAs(at.here), at.app.locked.value]).toEqual(['wes', true]);
    at.hub.logout = null;
    await at.turn(15_000);
    expect([isAs(at.here), at.app.locked.value]).toEqual(['d1', true]);
  });

  test('shows the next nothing of what was open and typed; whose it is finds it again', async () => {
    const at = await opened();
    at.site.keypad.tap('1');
    at.app.router.open({ type: 'car', car: '128414', part: 'note' });
    at.kiosk.lock();
    expect(at.site.keypad.text.value).toBe('');
    expect(at.app.router.route.value).toMatchObject({ screen: 'home', overlay: null });
    for (const [person, text] of [
      ['lee', ''],
      ['wes', '1'],
    ] as const) {
      await at.turn(1_000);
      at.kiosk.ask();
      await at.kiosk.enter(person, PINS[person]!);
      await settled();
      expect(at.site.keypad.text.value).toBe(text);
      at.kiosk.lock();
    }
  });

  test('whose session the hub has ended is locked, and is the device again', async () => {
    const at = await opened();
    at.clients.at(-1)!.client.show({ health: { state: 'stopped', reason: 'unauthenticated' } });
    await at.turn(1_000);
    expect(isAs(at.here)).toBe('d1');
    expect(at.app.locked.value).toBe(true);
  });
});

describe('a locked tablet on which somebody has left edits', () => {
  /** Wes is about to go, and his edits are still on the tablet alone. */
  async function left() {
    const at = await tablet();
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    await settled();
    at.clients.at(-1)!.client.show({ pending: [fakePending()] });
    return at;
  }

  test.each(['unknown-protocol', 'newer', 'store-failed'] as const)(
    'E4 keeps their session where it has stopped for %s: the hub may take them yet',
    async (reason) => {
      const at = await left();
      at.clients.at(-1)!.client.show({ health: { state: 'stopped', reason } });
      at.kiosk.lock();
      await at.turn(30_000);
      expect([isAs(at.here), [...at.grants.keys()]]).toEqual(['wes', ['wes']]);
      expect(at.app.locked.value).toBe(true);
    },
  );

  test.each(['forbidden', 'not-found'] as const)('ends it where they are %s', async (reason) => {
    const at = await left();
    at.clients.at(-1)!.client.show({ health: { state: 'stopped', reason } });
    at.kiosk.lock();
    await at.turn(1_000);
    expect([isAs(at.here), at.grants.size]).toEqual(['d1', 0]);
  });

  test('E4 can still send them where the site did not open as them, and does not try without a pause', async () => {
    const at = await left();
    at.leaves('wes');
    at.shut.add('wes');
    at.app.reopen();
    at.kiosk.lock();
    await at.turn(5_000);
    expect([isAs(at.here), [...at.grants.keys()]]).toEqual(['d1', ['wes']]);
    expect(at.hub.asked.filter((what) => what === 'logout')).toHaveLength(1);
    at.shut.clear();
    await at.turn(600_000);
    expect(isAs(at.here)).toBe('wes');
    at.sent();
    at.clients.at(-1)!.client.acknowledge();
    await at.turn(2_000);
    expect([isAs(at.here), at.grants.size]).toEqual(['d1', 0]);
  });

  test('goes on showing the board where the hub ends the session and does not say who is here then', async () => {
    const at = await left();
    at.clients.at(-1)!.client.acknowledge();
    at.hub.silent.add('me');
    const stopped = at.site;
    at.kiosk.lock();
    await at.turn(1_000);
    expect(at.hub.session).toEqual(TABLET);
    expect(at.site).not.toBe(stopped);
    at.hub.silent.clear();
    await at.turn(11_000);
    expect(isAs(at.here)).toBe('d1');
  });
});

describe('a tablet without the hub', () => {
  async function away() {
    const at = await tablet();
    at.known.set('wes', meOf('wes'));
    await at.reach(false);
    return at;
  }

  test('E4 takes the PIN of who has shown it before, and asks the hub nothing as somebody else', async () => {
    const at = await away();
    await at.site.do(arrived);
    expect(await at.kiosk.enter('wes', '0000')).toMatchObject({ ok: false, code: 'wrong-pin' });
    expect(at.done).toEqual([]);
    expect(await at.kiosk.enter('wes', '4827')).toEqual({ ok: true });
    await settled();
    expect(at.done).toEqual(['wes: set']);
    expect(at.app.session.held.value).toBe(true);
    at.hub.asked.length = 0;
    await at.app.session.refresh();
    expect(at.hub.asked).toEqual([]);
    expect(await at.kiosk.enter('lee', '9305')).toMatchObject({ ok: false, code: 'unknown-here' });
  });

  test('sends whoever shows their PIN to the hub where it cannot count their tries, and opens for nobody', async () => {
    const at = await away();
    at.vault.open = () => Promise.reject(new Error('the store is full'));
    await at.site.do(arrived);
    expect(await at.kiosk.enter('wes', '4827')).toEqual({ ok: false, code: 'needs-hub', waitSeconds: null });
    expect([at.app.locked.value, at.app.asking.value]).toEqual([true, { intent: arrived }]);
    expect(at.done).toEqual([]);
  });

  test('tells the hub who is here first of all once it is back, and stays open for them', async () => {
    const at = await away();
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    await at.reach(true);
    await at.turn(500);
    expect(at.app.session.held.value).toBe(false);
    expect(at.hub.session.person.id).toBe('wes');
    expect(at.kiosk.person?.id).toBe('wes');
  });

  test('E4 a PIN that the hub takes no more locks it; what was done waits for its person', async () => {
    const at = await away();
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    at.hub.refuses = true;
    await at.reach(true);
    await at.turn(1_000);
    expect(at.app.locked.value).toBe(true);
    expect(isAs(at.here)).toBe('d1');
    expect(at.known.size).toBe(0);
  });

  test('E4 what waits goes out as who has done it though no session before could be ended everywhere', async () => {
    const at = await away();
    for (const person of ['wes', 'lee']) {
      at.known.set(person, meOf(person));
      at.kiosk.ask();
      await at.kiosk.enter(person, PINS[person]!);
      await settled();
      at.kiosk.lock();
    }
    at.leaves('wes');
    at.hub.logout = 'forgotten';
    await at.reach(true);
    await at.turn(2_000);
    expect(isAs(at.here)).toBe('wes');
    at.sent();
    at.clients.at(-1)!.client.acknowledge();
    await at.turn(2_000);
    expect([isAs(at.here), at.grants.size, at.app.locked.value]).toEqual(['d1', 0, true]);
  });

  test('E4 a PIN that the hub takes no more locks it though its store forgets nothing; it goes on from there', async () => {
    const at = await away();
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    at.leaves('wes');
    at.hub.refuses = true;
    const { forget } = at.vault;
    at.vault.forget = () => Promise.reject(new Error('the store is full'));
    await at.reach(true);
    await at.turn(1_000);
    expect([isAs(at.here), at.app.locked.value]).toEqual(['d1', true]);
    expect(at.known.size).toBe(1);
    at.vault.forget = forget;
    await at.turn(11_000);
    expect(at.known.size).toBe(0);
  });

  test('tries again what its store has rejected', async () => {
    const at = await away();
    at.kiosk.ask();
    await at.kiosk.enter('wes', '4827');
    const client = at.clients.at(-1)!.client;
    at.kiosk.lock();
    const { stop } = client;
    client.stop = () => Promise.reject(new Error('the store is full'));
    await at.reach(true);
    await at.turn(1_000);
    expect(isAs(at.here)).toBe('wes');
    client.stop = stop;
    await at.turn(11_000);
    expect(isAs(at.here)).toBe('d1');
  });

  test('E4 what somebody left behind is sent as them while it is locked, and opens it for nobody', async () => {
    const at = await away();
    at.known.set('lee', meOf('lee'));
    for (const person of ['wes', 'lee']) {
      at.kiosk.ask();
      await at.kiosk.enter(person, PINS[person]!);
      await settled();
      at.kiosk.lock();
    }
    at.leaves('wes');
    at.hub.asked.length = 0;
    await at.reach(true);
    await at.turn(2_000);
    expect(isAs(at.here)).toBe('wes');
    expect(at.hub.asked.filter((what) => what !== 'me')).toEqual([
      '/api/auth/pin/offline lee',
      'logout',
      '/api/auth/pin/offline wes',
    ]);
    expect(at.app.locked.value).toBe(true);
    at.sent();
    at.clients.at(-1)!.client.acknowledge();
    await at.turn(2_000);
    expect(isAs(at.here)).toBe('d1');
    expect(at.grants.size).toBe(0);
    expect(at.app.locked.value).toBe(true);
  });
});

test('a phone that is somebody’s own asks them for their PIN, and locks for nobody', async () => {
  const own = { ...DEVICE, shared: false };
  const at = await tablet({}, { me: meOf('d1', 'device', own) });
  expect(at.app.locked.value).toBe(true);
  at.app.session.enter(meOf('wes', 'person', own));
  await settled();
  await at.turn(120_000);
  expect(at.app.locked.value).toBe(false);
});
