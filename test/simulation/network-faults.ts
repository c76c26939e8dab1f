import { chance, integer, pick } from '../support/random.ts';
import type { ActRow } from './acts.ts';

export const NETWORK_FAULTS = {
  offline: { weight: 4, isFault: true, run: (_, { network }) => network.goOffline() },
  healed: {
    weight: 8,
    isFault: false,
    run: (_, { network, app }, next) => {
      network.heal();
      if (chance(next, 0.7)) app?.client?.hint('online');
    },
  },
  cut: {
    weight: 3,
    isFault: true,
    run: ({ situations }, { network }, next) => {
      if (network.cut(chance(next, 0.8))) situations.saw('a frame cut');
    },
  },
  stalled: {
    weight: 3,
    isFault: true,
    run: ({ situations }, { network }, next) => {
      situations.saw('a link stalled');
      for (const way of pick(next, [['up'], ['down'], ['up', 'down']] as const)) network.stall(way);
    },
  },
  hole: {
    weight: 3,
    isFault: true,
    run: ({ situations }, { network }, next) => {
      for (const link of network.links) {
        situations.saw('a half-open link');
        for (const way of pick(next, [['up'], ['down'], ['up', 'down']] as const)) link.swallow(way);
      }
    },
  },
  'no sockets': {
    weight: 3,
    isFault: true,
    run: (_, { network }, next) => {
      network.noSockets = true;
      network.loss = pick(next, [0, 0.2, 0.5]);
      network.cut();
    },
  },
  slow: {
    weight: 2,
    isFault: true,
    run: (_, { network }, next) => {
      network.latencyMsMax = pick(next, [5, 300, 2_000, integer(next, 1, 6_000)]);
    },
  },
} satisfies Record<string, ActRow>;
