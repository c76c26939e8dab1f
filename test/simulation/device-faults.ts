import { chance, pick } from '../support/random.ts';
import type { ActRow } from './acts.ts';

const YEAR_MS = 365 * 86_400_000;

export const DEVICE_FAULTS = {
  kill: { weight: 5, isFault: true, run: (_, device, next) => device.kill(chance(next, 0.7)) },
  'power lost': {
    weight: 3,
    isFault: true,
    run: async ({ situations }, device, next) => {
      device.kill(chance(next, 0.5));
      if ((await device.disk.losePower()) > 0) situations.saw('power lost, and relaxed writes with it');
    },
  },
  'disk full': {
    weight: 2,
    isFault: true,
    run: (_, { disk }) => {
      disk.isFull = true;
    },
  },
  'disk free': {
    weight: 3,
    isFault: false,
    run: (_, { disk }) => {
      disk.isFull = false;
    },
  },
  'disk slow': {
    weight: 2,
    isFault: true,
    run: (_, { disk }, next) => {
      disk.latencyMsMax = pick(next, [0, 50, 800]);
    },
  },
  'wiped open': {
    weight: 1,
    isFault: true,
    run: async ({ situations }, { app, disk }) => {
      if (!app) return;
      situations.saw('a store wiped under its app');
      await disk.wipe();
    },
  },
  wiped: {
    weight: 0.7,
    isFault: true,
    run: async ({ situations }, device) => {
      situations.saw('a store wiped for good');
      device.kill();
      await device.disk.wipe();
      await device.loseSight();
    },
  },
  backup: {
    weight: 1.5,
    isFault: true,
    run: async ({ situations, recorder, hub }, device, next) => {
      if (!device.backup || chance(next, 0.5)) {
        device.backup = await device.disk.load();
        return;
      }
      // Of an edit it has forgotten the hub cannot tell whether it has had it.
      if (device.backup.edits.some(({ outcome }) => !outcome) && !hub.hasWholeLog) return;
      situations.saw('a store put back to an older one');
      device.kill();
      await device.disk.restore(device.backup);
      await device.loseSight();
      // What it holds again may have been answered already, and forgotten.
      for (const { edit } of await device.disk.unanswered()) recorder.lost(edit.id);
    },
  },
  clone: {
    weight: 0.7,
    isFault: true,
    run: async (world, device, next) => {
      const other = pick(next, world.devices);
      if (other === device || other.people.join() !== device.people.join()) return;
      // What both hold they would both send: of two devices, and nothing says that it is one edit.
      if ((await device.disk.unanswered()).length > 0) return;
      world.situations.saw('a store cloned');
      other.kill();
      await other.disk.restore(await device.disk.load());
      await other.loseSight();
    },
  },
  'another tab': { weight: 4, isFault: true, run: (_, device) => device.startAnother() },
  'tab turned to': { weight: 6, isFault: false, run: (_, device) => device.turn() },
  'tab killed': {
    weight: 4,
    isFault: true,
    run: (_, device, next) => {
      if (device.others.length > 0) device.killTab(chance(next, 0.7));
    },
  },
  'tabs deaf': {
    weight: 1.5,
    isFault: true,
    run: ({ timeline }, device, next) => {
      device.isDeaf = true;
      timeline.in(pick(next, [500, 8_000, 40_000]), 'not deaf', () => {
        device.isDeaf = false;
      });
    },
  },
  frozen: {
    weight: 2,
    isFault: true,
    run: ({ timeline }, device, next) => {
      const { app } = device;
      if (!app) return;
      app.freeze();
      timeline.in(pick(next, [500, 8_000, 40_000]), 'thawed', () => app.thaw());
      if (chance(next, 0.7)) device.turn();
    },
  },
  'clock set': {
    weight: 2,
    isFault: true,
    run: ({ situations }, { time }, next) => {
      const ms = pick(next, [-5 * YEAR_MS, 5 * YEAR_MS, -60_000, 60_000, 3_000, -3_000]);
      if (Math.abs(ms) > YEAR_MS) situations.saw('a clock set by years');
      time.offsetMs = chance(next, 0.3) ? 0 : ms;
    },
  },
  'person switched': {
    weight: 6,
    isFault: true,
    run: ({ situations }, device, next) => {
      const other = pick(next, device.people);
      if (other === device.person) return;
      const queued = (device.app?.client?.view.pending.length ?? 0) > 0;
      if (queued) situations.saw('another person signed in with edits queued');
      // Either the page is opened for them, or the session changes under a page that does not know.
      if (chance(next, 0.6)) device.kill();
      else if (device.app) {
        situations.saw('another session under a running app');
        device.network.cut();
      }
      device.person = other;
    },
  },
} satisfies Record<string, ActRow>;
