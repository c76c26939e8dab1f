import { beforeEach, describe, expect, test, vi } from 'vitest';
import '../../app/messages/add-sites.ts';
import type { Api } from '../../app/state/api.ts';
import { Session } from '../../app/state/session.ts';
import { hasSites, overviewWords, SiteList } from '../../app/state/site-list.ts';
import type { Me, Overview, SiteOverview } from '../../worker/protocol/api.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { HandClock } from '../support/hand-clock.ts';
import { mapMemory } from '../support/map-memory.ts';

const NIGHT_MS = Date.UTC(2026, 10, 26, 3, 40);
const numbers: SiteOverview = {
  id: 'north',
  name: 'North',
  timeZone: 'America/Chicago',
  role: 'lead',
  counts: { expected: 1_204, late: 2, arrived: 5, empty: 0 },
  version: 9,
  at: NIGHT_MS,
};
const meWith = (...roles: Role[]): Me => ({
  kind: 'person',
  person: { id: 'p1', name: 'Ana', email: null },
  sites: roles.map((role, i) => ({ id: `site-${i}`, name: `Site ${i}`, role })),
  device: null,
});
const listed = (me: Me) => me.sites.map((site) => ({ ...site, timeZone: 'UTC', locations: ['Yard'] }));

let me: Me;
let onHub: Me;
let asked: string[];
let overview: Overview;

function api(): Api {
  return {
    me: async () => ({ ok: true, value: me }),
    ask: async (path: string) => {
      asked.push(path);
      return { ok: true, value: path === '/api/sites' ? { sites: listed(onHub) } : overview };
    },
  } as unknown as Api;
}

async function look(): Promise<{ list: SiteList; session: Session }> {
  const session = new Session(api(), mapMemory());
  await session.refresh();
  asked = [];
  me = onHub;
  const list = new SiteList(api(), session, new HandClock());
  await list.look();
  return { list, session };
}

beforeEach(() => {
  asked = [];
  overview = { sites: [numbers], more: 0 };
});

describe('the list of one’s sites', () => {
  test('a site made on another device is in it once it has been looked at', async () => {
    me = meWith('admin');
    onHub = meWith('admin', 'admin');
    const { session } = await look();
    expect(session.state.value).toMatchObject({ state: 'signed-in', me: { sites: onHub.sites } });
  });

  test('where nothing is new the session is left alone', async () => {
    me = onHub = meWith('lead');
    const { list } = await look();
    expect(asked.sort()).toEqual(['/api/overview', '/api/sites']);
    expect(list.shown.value).toEqual({ overview, problem: null });
  });

  test('is asked for every half minute while it is shown, and no more after', async () => {
    me = onHub = meWith('lead');
    const session = new Session(api(), mapMemory());
    await session.refresh();
    asked = [];
    const clock = new HandClock();
    const stop = new SiteList(api(), session, clock).watch();
    const count = () => asked.filter((what) => what === '/api/overview').length;
    for (const times of [1, 2, 3]) {
      await vi.waitFor(() => expect(count()).toBe(times));
      await new Promise(setImmediate);
      clock.turn(30_000);
    }
    stop();
    const before = count();
    clock.turn(60_000);
    expect(count()).toBe(before);
  });

  test('who leads no site asks for no numbers', async () => {
    me = onHub = meWith('worker', 'viewer');
    await look();
    expect(asked).toEqual(['/api/sites']);
  });
});

test('there is something to switch to for who has several sites, or can make another', () => {
  const state = (...roles: Role[]) => ({ state: 'signed-in' as const, me: meWith(...roles) });
  expect(hasSites(state('lead'))).toBe(false);
  expect(hasSites(state('worker', 'viewer'))).toBe(true);
  expect(hasSites(state('admin'))).toBe(true);
  expect(hasSites({ state: 'starting' })).toBe(false);
});

test('numbers are in words, with when they were so in the site’s own time', () => {
  const locale = { language: 'en-US', hour12: false };
  expect(overviewWords(numbers, NIGHT_MS + 60_000, locale)).toEqual([
    '1,204 expected, 2 late, 5 arrived, 0 empty',
    'as of 21:40',
  ]);
  expect(overviewWords({ ...numbers, at: null }, NIGHT_MS, locale)).toEqual(['no numbers yet']);
});
