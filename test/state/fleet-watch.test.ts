import { beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../app/state/api.ts';
import { FleetWatch } from '../../app/state/fleet-watch.ts';
import type { Fleet, FleetDevice, RollCall } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';
import { fleetOf } from '../support/fleet-devices.ts';
import { HandClock } from '../support/hand-clock.ts';
import { turn } from '../support/manual-clock.ts';

let clock: HandClock;
let watch: FleetWatch;
let asked: { fleet: number; rollCall: number };
let fleet: () => Reply<Fleet>;
let rollCall: () => Reply<RollCall>;

const devices = (...some: Partial<FleetDevice>[]): Reply<Fleet> => ({ ok: true, value: fleetOf(some) });
const offline = { ok: false, code: 'offline' } as const;
/** Lets time pass in steps, and whatever is asked be answered. */
async function pass(ms: number): Promise<void> {
  await turn();
  for (let passed = 0; passed < ms; passed += 500) {
    clock.turn(500);
    await turn();
  }
}

beforeEach(() => {
  clock = new HandClock();
  asked = { fleet: 0, rollCall: 0 };
  fleet = () => devices({});
  rollCall = () => ({ ok: true, value: { at: NIGHT_MS, version: 100 } });
  const api = {
    fleet: async () => {
      asked.fleet++;
      return fleet();
    },
    rollCall: async () => {
      asked.rollCall++;
      return rollCall();
    },
  };
  watch = new FleetWatch(api, 'north', clock);
});

describe('the list', () => {
  test('is asked for every five seconds while it is watched, and no more after', async () => {
    const stop = watch.watch();
    await pass(10_000);
    expect(asked.fleet).toBe(3);
    expect(watch.shown.value).toMatchObject({ fleet: { version: 100 }, problem: null });
    stop();
    await pass(20_000);
    expect(asked.fleet).toBe(3);
  });

  test('is not asked for again by an answer that comes after nobody watches any more', async () => {
    watch.watch()();
    await pass(20_000);
    expect(asked.fleet).toBe(1);
    expect(watch.shown.value.fleet).toBeNull();
  });

  test('stays where the hub does not answer, which is said, and comes anew when it does', async () => {
    watch.watch();
    await pass(0);
    fleet = () => offline;
    await pass(5_000);
    expect(watch.shown.value).toMatchObject({ fleet: { devices: [{}] }, problem: 'offline' });
    fleet = () => devices({}, {});
    await pass(5_000);
    expect(watch.shown.value).toMatchObject({ fleet: { devices: [{}, {}] }, problem: null });
  });
});

describe('all clear?', () => {
  test('waits until all have answered, and says so at once then', async () => {
    fleet = () => devices({}, { saidAt: NIGHT_MS - 1 });
    const done = watch.askAllClear();
    await pass(2_000);
    expect(watch.check.value).toEqual({ is: 'asking' });
    fleet = () => devices({}, {});
    await pass(500);
    await done;
    expect(watch.check.value).toEqual({
      is: 'done',
      verdict: { clear: true, devices: 2, at: NIGHT_MS },
    });
  });

  test('waits five seconds at most for one that does not answer', async () => {
    fleet = () => devices({}, { saidAt: NIGHT_MS - 1 });
    void watch.askAllClear();
    await pass(4_500);
    expect(watch.check.value.is).toBe('asking');
    await pass(500);
    expect(watch.check.value).toMatchObject({
      is: 'done',
      verdict: { clear: false, unclear: [{ reasons: [{ kind: 'silent' }] }] },
    });
  });

  test('waits for none that cannot answer', async () => {
    fleet = () => devices({}, { connected: false, saidAt: NIGHT_MS - 1 });
    void watch.askAllClear();
    await pass(500);
    expect(watch.check.value).toMatchObject({ is: 'done', verdict: { clear: false } });
  });

  test('asks again where somebody else has just asked', async () => {
    let calls = 0;
    rollCall = () =>
      ++calls === 1
        ? { ok: false, code: 'too-many-requests' }
        : { ok: true, value: { at: NIGHT_MS, version: 100 } };
    void watch.askAllClear();
    await pass(1_500);
    expect(watch.check.value).toMatchObject({ is: 'done', verdict: { clear: true } });
  });

  test('says where the hub cannot be asked, and claims nothing', async () => {
    rollCall = () => offline;
    await watch.askAllClear();
    expect(watch.check.value).toEqual({ is: 'failed', problem: 'offline' });
    rollCall = () => ({ ok: true, value: { at: NIGHT_MS, version: 100 } });
    fleet = () => offline;
    void watch.askAllClear();
    await pass(500);
    expect(watch.check.value).toEqual({ is: 'failed', problem: 'offline' });
  });

  test('is asked once at a time', async () => {
    void watch.askAllClear();
    await watch.askAllClear();
    expect(asked.rollCall).toBe(1);
  });
});
