import { describe, expect, test } from 'vitest';
import type { Reply } from '../../app/state/api.ts';
import { Session } from '../../app/state/session.ts';
import type { Me } from '../../worker/protocol/api.ts';
import { mapMemory } from '../support/map-memory.ts';

const me: Me = {
  kind: 'person',
  person: { id: 'p1', name: 'Ana', email: 'ana@example.com' },
  sites: [{ id: 'north', name: 'North Hub', role: 'lead' }],
  device: null,
};
const remembered = () => mapMemory({ me: JSON.stringify(me) });

function api(reply: Reply<Me>, out: Reply<null> = { ok: true, value: null }) {
  const calls: string[] = [];
  return {
    calls,
    me: async () => reply,
    login: async () => reply,
    logout: async () => {
      calls.push('logout');
      return out;
    },
  };
}
const known: Reply<Me> = { ok: true, value: me };
const offline: Reply<Me> = { ok: false, code: 'offline' };
const ended: Reply<Me> = { ok: false, code: 'unauthenticated' };

describe('a device that knows somebody', () => {
  test('starts as them at once, without a network', async () => {
    const session = new Session(api(offline), remembered());
    expect(session.state.value).toEqual({ state: 'signed-in', me });
    await session.refresh();
    expect(session.state.value).toEqual({ state: 'signed-in', me });
  });

  test('is known from before there were devices, too', () => {
    const { person, sites } = me;
    const session = new Session(api(offline), mapMemory({ me: JSON.stringify({ person, sites }) }));
    expect(session.state.value).toEqual({ state: 'signed-in', me });
  });

  test('does not start anew when the hub says the same', async () => {
    const session = new Session(api(known), remembered());
    const before = session.state.value;
    await session.refresh();
    expect(session.state.value).toBe(before);
  });

  test('asks for the sign-in when the hub knows the session no more, and remembers for whom something waits', async () => {
    const memory = remembered();
    const session = new Session(api(ended), memory);
    session.expired(3);
    expect(session.state.value).toEqual({ state: 'signed-out', left: { name: 'Ana', unsent: 3 } });
    const later = new Session(api(offline), memory);
    await later.refresh();
    expect(later.state.value).toEqual({ state: 'signed-out', left: { name: 'Ana', unsent: 3 } });
  });

  test('signs out here though the hub does not hear of it', async () => {
    const hub = api(offline);
    const memory = remembered();
    const session = new Session(hub, memory);
    await session.signOut(0);
    expect(hub.calls).toEqual(['logout']);
    expect(session.state.value).toMatchObject({ state: 'signed-out' });
    expect(memory.get('me')).toBeNull();
  });

  test.each(['offline', 'unavailable'] as const)(
    'I3 signs out here where the session could not be ended everywhere (%s), keeps what is unsent, and says so until somebody is in',
    async (code) => {
      const session = new Session(api(known, { ok: false, code }), remembered());
      await session.signOut(2);
      expect(session.state.value).toEqual({ state: 'signed-out', left: { name: 'Ana', unsent: 2 } });
      expect(session.stands.value).toBe(true);
      await session.signIn({ email: 'ana@example.com', password: 'eight or more' });
      expect(session.stands.value).toBe(false);
    },
  );

  test('I3 says nothing of a session that has ended everywhere', async () => {
    const session = new Session(api(known), remembered());
    await session.signOut(0);
    expect(session.stands.value).toBe(false);
  });
});

describe('a sign-out that the hub has not heard of', () => {
  /** A hub that has a cookie of somebody, and is out of reach until it is not. */
  function away() {
    const hub = { isThere: false, cookie: true, refuses: false, calls: [] as string[] };
    const offlineOr = <T>(what: string, make: () => Reply<T>): Reply<T> => {
      hub.calls.push(what);
      return hub.isThere ? make() : { ok: false, code: 'offline' };
    };
    const signIn = (): Reply<Me> => {
      hub.cookie = true;
      return known;
    };
    return {
      hub,
      me: async () => offlineOr('me', () => (hub.cookie ? known : ended)),
      login: async () => offlineOr('login', signIn),
      logout: async () =>
        offlineOr<null>('logout', () => {
          if (hub.refuses) return { ok: false, code: 'unavailable' };
          hub.cookie = false;
          return { ok: true, value: null };
        }),
    };
  }
  async function left() {
    const api = away();
    const memory = remembered();
    await new Session(api, memory).signOut(2);
    api.hub.calls.length = 0;
    return { api, memory, hub: api.hub };
  }
  const out = { state: 'signed-out', left: { name: 'Ana', unsent: 2 } };

  test('stands: the next start tells the hub first, and asks who is here only after that', async () => {
    const { api, memory, hub } = await left();
    hub.isThere = true;
    const session = new Session(api, memory);
    await session.refresh();
    expect([session.state.value, hub.calls]).toEqual([out, ['logout', 'me']]);
    await session.refresh();
    expect(hub.calls).toEqual(['logout', 'me', 'me']);
  });

  test.each([{ isThere: false }, { isThere: true, refuses: true }])(
    'stands as long as the hub has not ended the session: %o',
    async (how) => {
      const { api, memory, hub } = await left();
      Object.assign(hub, how);
      const session = new Session(api, memory);
      await session.refresh();
      await session.refresh();
      expect([session.state.value, hub.calls]).toEqual([out, ['logout', 'logout']]);
    },
  );

  test('holds for the other tabs, too', async () => {
    const api = away();
    const memory = remembered();
    const other = new Session(api, memory);
    await new Session(api, memory).signOut(2);
    await other.refresh();
    expect(other.state.value).toEqual(out);
  });

  test.each([
    ['signs in', (session: Session) => session.signIn({ email: 'ana@example.com', password: 'right' })],
    ['joins', (session: Session) => session.refresh(true)],
  ])('is over once somebody %s', async (_, come) => {
    const { api, memory, hub } = await left();
    hub.isThere = true;
    const session = new Session(api, memory);
    await come(session);
    await new Session(api, memory).refresh();
    expect(hub.calls).not.toContain('logout');
    expect(session.state.value).toEqual({ state: 'signed-in', me });
  });
});

describe('an answer to who is here', () => {
  const bo = { ...me, person: { ...me.person, id: 'p2', name: 'Bo' } };
  /** A hub that answers when it is told to. */
  function slow(memory = mapMemory()) {
    let answer = (_: Reply<Me>) => {};
    const reply = new Promise<Reply<Me>>((resolve) => {
      answer = resolve;
    });
    return { answer, session: new Session({ ...api(known), me: () => reply }, memory) };
  }

  test.each([
    ['nobody', ended],
    ['who was here before', known],
  ])('that comes late and says %s sends nobody away who has come meanwhile', async (_, reply) => {
    for (const held of [false, true]) {
      const { session, answer } = slow();
      const asked = session.refresh();
      session.enter(bo, held);
      answer(reply);
      await asked;
      expect(session.state.value).toEqual({ state: 'signed-in', me: bo });
      expect(session.held.value).toBe(held);
    }
  });

  test('that comes late brings nobody back who has left', async () => {
    const { session, answer } = slow(remembered());
    const asked = session.refresh();
    await session.signOut(0);
    answer(known);
    await asked;
    expect(session.state.value).toMatchObject({ state: 'signed-out' });
  });
});

describe('a device that knows nobody', () => {
  test('waits for the hub, then offers the sign-in', async () => {
    const session = new Session(api(ended), mapMemory());
    expect(session.state.value).toEqual({ state: 'starting' });
    await session.refresh();
    expect(session.state.value).toEqual({ state: 'signed-out', left: null });
  });

  test('offers the sign-in without a network too', async () => {
    const session = new Session(api(offline), mapMemory());
    await session.refresh();
    expect(session.state.value).toEqual({ state: 'signed-out', left: null });
  });

  test('remembers who has signed in', async () => {
    const memory = mapMemory();
    const session = new Session(api(known), memory);
    await session.signIn({ email: 'ana@example.com', password: 'right' });
    expect(session.state.value).toEqual({ state: 'signed-in', me });
    expect(new Session(api(offline), memory).state.value).toEqual({ state: 'signed-in', me });
  });

  test('a refused sign-in changes nothing and says why', async () => {
    const session = new Session(api({ ok: false, code: 'wrong-credentials' }), mapMemory());
    await session.refresh();
    const before = session.state.value;
    expect(await session.signIn({ email: 'ana@example.com', password: 'wrong' })).toMatchObject({
      code: 'wrong-credentials',
    });
    expect(session.state.value).toBe(before);
  });
});

test.each(['', 'null', '[]', '{"person":{}}', '{"person":{"id":"p","name":"n"},"sites":[{"id":1}]}'])(
  'a memory that holds %s instead of a person is nobody',
  (text) => {
    expect(new Session(api(offline), mapMemory({ me: text })).state.value).toEqual({ state: 'starting' });
  },
);

test('whom the hub has not heard of yet it is not asked about, also after a restart', async () => {
  const memory = mapMemory();
  let asked = 0;
  const api = {
    me: async (): Promise<Reply<Me>> => {
      asked++;
      return { ok: true, value: { ...me, person: { ...me.person, id: 'p2' } } };
    },
    login: async () => ({ ok: false, code: 'offline' }) as const,
    logout: async () => ({ ok: false, code: 'offline' }) as const,
  };
  new Session(api, memory).enter(me, true);
  const session = new Session(api, memory);
  expect(session.held.value).toBe(true);
  await session.refresh();
  expect([asked, session.state.value]).toEqual([0, { state: 'signed-in', me }]);
  session.enter(me);
  expect([session.held.value, new Session(api, memory).held.value]).toEqual([false, false]);
});
