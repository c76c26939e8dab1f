import { chance, integer, pick } from '../support/random.ts';
import type { ActRow } from './acts.ts';
import type { World } from './world.ts';

export const HUB_FAULTS = {
  crash: {
    weight: 3,
    isFault: true,
    run: ({ hub }, _, next) => hub.crash(pick(next, [0, 50, 300, 5_000])),
  },
  evict: {
    weight: 3,
    isFault: true,
    run: (world) => {
      const { hub, situations } = world;
      if (hasPending(world)) situations.saw('an eviction with edits pending');
      if (hub.isTelling) situations.saw('an eviction with changes not told');
      hub.evict();
    },
  },
  deploy: {
    weight: 1.5,
    isFault: true,
    run: ({ hub, situations }, _, next) => {
      hub.newest = chance(next, 0.35) ? 1 : 2;
      if (hub.newest === 1) situations.saw('a deploy to the other protocol');
      hub.crash(pick(next, [0, 200]));
    },
  },
  'storage lost': { weight: 0.5, isFault: true, run: ({ hub }) => hub.loseStorage() },
  'disk of the hub': {
    weight: 1,
    isFault: true,
    run: ({ hub }, _, next) => {
      hub.flushMsMax = pick(next, [0, 40, 400]);
    },
  },
  'alarms fail': {
    weight: 1.5,
    isFault: true,
    run: ({ hub }, _, next) => {
      hub.alarmsToFail = pick(next, [1, 7, 8]);
    },
  },
  weather: {
    weight: 4,
    isFault: true,
    run: ({ cloud }, _, next) => {
      const often = () => (chance(next, 0.5) ? 0 : pick(next, [0.2, 0.5, 0.9]));
      const down = chance(next, 0.3) ? 1 : 0;
      cloud.weather = { down, failsBefore: often(), failsAfter: often(), late: often() / 2 };
    },
  },
  revoke: {
    weight: 1.5,
    isFault: true,
    run: (world, { person, app }, next) => {
      const pending = app?.client?.view.pending.length ?? 0;
      if (pending > 0) world.situations.saw('a person revoked with edits queued');
      world.revoke(person);
      // Some sign in again at once, some later, and a few belong here no more.
      if (chance(next, 0.2)) world.removed.add(person);
      else world.timeline.in(integer(next, 0, 5_000), 'signs in', () => world.signIn(person));
    },
  },
  'role changed': {
    weight: 1.5,
    isFault: true,
    run: (world, { person }, next) => {
      const role = pick(next, ['viewer', 'worker', 'lead', 'admin'] as const);
      world.situations.saw('a role changed');
      world.roles.set(person, role);
      if (chance(next, 0.5)) {
        world.revoke(person);
        world.signIn(person);
      } else world.changeRole(person, role);
    },
  },
} satisfies Record<string, ActRow>;

function hasPending({ devices }: World): boolean {
  return devices.some(({ app }) => (app?.client?.view.pending.length ?? 0) > 0);
}
