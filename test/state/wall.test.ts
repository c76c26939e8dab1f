import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import '../../app/messages/add-wall.ts';
import type { ApiError, Reply } from '../../app/state/api.ts';
import { makeWall, wallLink } from '../../app/state/new-wall.ts';
import { Session } from '../../app/state/session.ts';
import { SiteState } from '../../app/state/site-state.ts';
import { ASK_MS, ENDED_MS, REOPEN_MS, RETRY_MS, Wall } from '../../app/state/wall.ts';
import type { Me } from '../../worker/protocol/api.ts';
import { FakeSiteClient } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';
import { ScriptedApi } from '../support/scripted-api.ts';

const wallMe = (id = 'w1'): Me => ({
  kind: 'wall',
  person: { id, name: `Wall ${id}`, email: null },
  sites: [{ id: 'north', name: 'North', role: 'viewer' }],
  device: { id, name: `Wall ${id}`, shared: true },
});
const PERSON: Me = { ...wallMe('p1'), kind: 'person', device: null };

interface Hung {
  token?: string;
  /** Who the browser remembers. */
  remembered?: Me;
  /** What the hub says of the session, and of the token. */
  me?: Me | ApiError;
  display?: Me | ApiError;
}

/** A wall whose hub answers as it is told, and what came of it. */
function hang({ token = 's3cret', remembered, me = 'unauthenticated', display = wallMe() }: Hung = {}) {
  const says = { me, display };
  const asked: string[] = [];
  const answer = (to: Me | ApiError): Reply<Me> =>
    typeof to === 'string' ? { ok: false, code: to } : { ok: true, value: to };
  const memory = mapMemory(remembered && { me: JSON.stringify(remembered) });
  const clock = new HandClock();
  const clients: FakeSiteClient[] = [];
  const looks: number[] = [];
  let opens = true;
  const session = new Session(
    {
      me: async () => {
        asked.push('me');
        return answer(says.me);
      },
      login: async () => answer('internal'),
      logout: async () => ({ ok: true, value: null }),
    },
    memory,
  );
  const wall = new Wall(
    {
      clock,
      session,
      updates: { look: () => void looks.push(clock.now()) },
      api: {
        ask: async (path, init, isRight) => {
          asked.push(`${path} ${init.body}`);
          const reply = answer(says.display);
          // From its answer the browser has the session.
          if (reply.ok) says.me = reply.value;
          if (!reply.ok) return reply;
          if (!isRight(reply.value)) throw new Error('no answer');
          return { ok: true, value: reply.value };
        },
      },
      openSite: async (known, who) => {
        if (!opens) throw new Error('the store does not open');
        const client = new FakeSiteClient();
        clients.push(client);
        const ports = { clock, memory, locale: { language: 'en', hour12: false } };
        return new SiteState(known, client, ports, () => {}, who.person);
      },
    },
    token,
  );
  const stop = wall.start();
  return {
    wall,
    says,
    asked,
    clock,
    clients,
    looks,
    memory,
    stop,
    open: (can: boolean) => {
      opens = can;
    },
  };
}

const settled = () => setImmediate();
const turn = async (clock: HandClock, ms: number): Promise<void> => {
  clock.turn(ms);
  await settled();
};
const DISPLAY = '/api/auth/display {"token":"s3cret"}';

describe('a wall', () => {
  test('starts by its token where nobody is known, and shows its board', async () => {
    const { wall, asked, memory } = hang();
    await settled();
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    expect(asked).toEqual(['me', DISPLAY, 'me']);
    expect(JSON.parse(memory.get('me') ?? '')).toEqual(wallMe());
  });

  test('that is remembered shows what it knows before any answer, and without one', async () => {
    const { wall, clients, clock } = hang({ remembered: wallMe(), me: 'offline', display: 'offline' });
    await settled();
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    for (let i = 0; i < 100; i++) await turn(clock, RETRY_MS);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    expect(clients).toHaveLength(1);
  });

  test('asks who it is now and then for as long as it shows, and starts anew where it is nobody', async () => {
    const { wall, asked, clock, says } = hang({ remembered: wallMe(), me: wallMe() });
    await settled();
    asked.length = 0;
    for (let i = 0; i < 3; i++) await turn(clock, ASK_MS);
    expect(asked).toEqual(['me', 'me', 'me']);
    says.me = 'unauthenticated';
    await turn(clock, ASK_MS);
    expect(asked.slice(3)).toEqual(['me', DISPLAY, 'me']);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });

  test('goes on trying for ever where the hub does not answer', async () => {
    const { wall, asked, clock, says } = hang({ display: 'offline' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'waiting' });
    for (let i = 0; i < 1_000; i++) await turn(clock, RETRY_MS);
    expect(asked.length).toBeGreaterThan(1_000);
    says.display = wallMe();
    await turn(clock, RETRY_MS);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });

  test('whose store does not open tries that again, too', async () => {
    const { wall, clock, open } = hang();
    open(false);
    await settled();
    expect(wall.shown.value).toEqual({ is: 'waiting' });
    open(true);
    await turn(clock, RETRY_MS);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });

  test('becomes another one by the link of another', async () => {
    const { wall, says } = hang({ remembered: wallMe('w1'), me: wallMe('w1'), display: wallMe('w2') });
    await settled();
    expect(says.me).toEqual(wallMe('w2'));
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });

  test('without a token goes by the session it has', async () => {
    const { wall, asked } = hang({ token: '', remembered: wallMe(), me: wallMe() });
    await settled();
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    expect(asked).toEqual(['me']);
  });

  test('without a token or a session says that it is not set up', async () => {
    const { wall } = hang({ token: '' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'unknown' });
  });

  test('lets go of its board when it is taken down', async () => {
    const { stop, asked, clock } = hang();
    await settled();
    stop();
    asked.length = 0;
    await turn(clock, 3 * ASK_MS);
    expect(asked).toEqual([]);
  });
});

describe('I3 a wall that has been ended', () => {
  test('says so when its token is no good, whatever it remembers', async () => {
    const { wall } = hang({ remembered: wallMe(), me: wallMe(), display: 'not-found' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'ended' });
  });

  test('says so as soon as the hub closes its door', async () => {
    const { wall, clients, says } = hang();
    await settled();
    says.display = 'not-found';
    clients[0]?.health({ state: 'stopped', reason: 'unauthenticated' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'ended' });
  });

  test('without a token says so, too, though its hint is still good', async () => {
    const { wall, clients } = hang({ token: '', remembered: wallMe(), me: wallMe() });
    await settled();
    clients[0]?.health({ state: 'stopped', reason: 'unauthenticated' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'ended' });
  });

  test('asks now and then all the same', async () => {
    const { wall, clock, says } = hang({ display: 'not-found' });
    await settled();
    says.display = wallMe();
    await turn(clock, ENDED_MS);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });
});

describe('a board that has stopped', () => {
  test('because the hub does not know the session is opened again, not at once, where the token is good', async () => {
    const { wall, clients, clock } = hang();
    await settled();
    clients[0]?.health({ state: 'stopped', reason: 'unauthenticated' });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'waiting' });
    expect(clients).toHaveLength(1);
    await turn(clock, RETRY_MS);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    expect(clients).toHaveLength(2);
  });

  test('for another reason stays in sight, looks for a new version, and is opened again', async () => {
    const { wall, clients, clock, looks } = hang();
    await settled();
    clients[0]?.health({ state: 'stopped', reason: 'unknown-protocol' });
    await settled();
    expect(wall.shown.value).toMatchObject({ is: 'board' });
    expect(looks).toHaveLength(1);
    await turn(clock, REOPEN_MS);
    expect(clients).toHaveLength(2);
  });
});

describe('where somebody is signed in', () => {
  test('they are asked before the browser becomes a wall', async () => {
    const { wall, asked } = hang({ remembered: PERSON, me: PERSON });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'taken', name: 'Wall p1' });
    expect(asked).toEqual([]);
    wall.take();
    await settled();
    expect(asked).toEqual([DISPLAY, 'me']);
    expect(wall.shown.value).toMatchObject({ is: 'board' });
  });

  test('and whom the browser has forgotten, too', async () => {
    const { wall } = hang({ me: PERSON });
    await settled();
    expect(wall.shown.value).toMatchObject({ is: 'taken' });
  });

  test('nothing is taken without a link', async () => {
    const { wall } = hang({ token: '', remembered: PERSON, me: PERSON });
    await settled();
    expect(wall.shown.value).toEqual({ is: 'unknown' });
  });
});

describe('making a wall', () => {
  test('asks by the site, with a trimmed name', async () => {
    const api = new ScriptedApi();
    const made = makeWall(api, 'north/yard', ' Dock ');
    expect(api.asked).toEqual([
      { method: 'POST', path: '/api/sites/north%2Fyard/walls', body: { name: 'Dock' } },
    ]);
    const answer = { wall: { id: 'w1', name: 'Dock' }, token: 's3cret' };
    api.answer(0, answer);
    expect(await made).toEqual({ ok: true, value: answer });
  });

  test('its link is an address of the app, with the token where no server sees it', () => {
    const link = new URL(wallLink(new URL('https://yard.example/s/north/walls?x=1'), 's3cret'));
    expect(link.href).toBe('https://yard.example/wall#display=s3cret');
  });
});
