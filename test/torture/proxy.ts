import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench/load/statistics.ts';
import { isSettled, viewOnce } from '../support/node-client.ts';
import { chance, integer, pick, type Random, random } from '../support/random.ts';
import type { Wire } from '../support/wire.ts';
import type { Device } from './device.ts';
import { listening } from './first-answer.ts';
import { lasts, type Measure, type Result } from './result.ts';
import { act } from './work.ts';
import { openYard, type Yard } from './yard.ts';

export interface ProxyOptions extends Measure {
  /** Of one device with one fault of its wire each. */
  runs: number;
  devices: number;
  /** How long a fault lasts at the most. */
  faultMs: number;
  /** The same for one in twenty: longer than a device takes to notice that its link is dead. */
  longFaultMs: number;
}

const EDITS_MAX = 12;
const DRAIN_MS = 60_000;
const KILL_EVERY_MS = 4_000;
/** Every so many devices, one of which all frames go and come three times, on the connection before as well. */
const TRIPLED_EVERY = 4;

/** What a wire does to a device. */
const FAULTS: Record<string, (wire: Wire, next: Random) => void | Promise<void>> = {
  cut: (wire) => wire.cut(),
  flapping: async (wire, next) => {
    for (let left = integer(next, 2, 6); left > 0; left--) {
      wire.cut();
      await sleep(integer(next, 1, 80));
      wire.heal();
      await sleep(integer(next, 1, 80));
    }
  },
  'black hole': (wire) => wire.stall(),
  'half-open, nothing arrives': (wire) => wire.stall('up'),
  'half-open, nothing comes': (wire) => wire.stall('down'),
  'cut within a frame': (wire, next) => wire.cutAfter(integer(next, 1, 2_000), 'up'),
  'cut within an answer': (wire, next) => wire.cutAfter(integer(next, 1, 2_000), 'down'),
  'lost answer': (wire) => wire.cutAfter(0, 'down'),
  delay: (wire, next) => wire.delay(integer(next, 50, 1_000)),
  narrow: (wire, next) => wire.throttle(integer(next, 1_000, 20_000)),
};

/** R15: every device goes through one fault after the other, dies in some, and the hub is killed meanwhile. */
export async function proxy(options: ProxyOptions): Promise<Result> {
  const goesOn = lasts(options);
  const next = random(options.seed);
  await using yard = await openYard({
    ...options,
    commitMs: () => integer(next, 0, 5),
    times: (device) => (device % TRIPLED_EVERY === TRIPLED_EVERY - 1 ? 3 : 1),
  });
  const count = { runs: 0, deaths: 0, stuck: 0 };
  const drainMs: number[] = [];
  const runAll = async (device: Device, own: Random): Promise<void> => {
    while (count.runs < options.runs || goesOn()) {
      count.runs++;
      const most = chance(own, 0.05) ? options.longFaultMs : options.faultMs;
      if (await suffer(yard, device, own, most)) count.deaths++;
      const healed = performance.now();
      try {
        await viewOnce(device.client, isSettled, DRAIN_MS);
        drainMs.push(performance.now() - healed);
      } catch {
        count.stuck++;
      }
    }
  };
  const killing = killNowAndThen(yard);
  await Promise.all(yard.devices.map((device, i) => runAll(device, random(options.seed + 1 + i))));
  const kills = await killing.stop();
  const violations = await yard.judge();
  return {
    torture: 'proxy',
    violations,
    lines: [
      { label: 'partitions', unit: '', value: count.runs, bar: { least: options.runs }, of: 'R15' },
      { label: 'devices killed in them', unit: '', value: count.deaths },
      { label: 'kill -9 of workerd meanwhile', unit: '', value: kills },
      { label: 'queues stuck', unit: '', value: count.stuck, bar: { most: 0 }, of: 'R15' },
      { label: 'edits acknowledged', unit: '', value: yard.witness.answered },
      { label: 'from healing to nothing waiting, p50', unit: 'ms', value: percentile(drainMs, 0.5) },
      { label: 'from healing to nothing waiting, p95', unit: 'ms', value: percentile(drainMs, 0.95) },
      { label: 'from healing to nothing waiting, most', unit: 'ms', value: percentile(drainMs, 1) },
    ],
  };
}

/** One fault, with edits before and in it. True where the device died in it. */
async function suffer({ cars }: Yard, device: Device, next: Random, faultMs: number): Promise<boolean> {
  const { wire } = device;
  const edit = (): void => {
    for (let left = integer(next, 0, EDITS_MAX); left > 0; left--) act(device, next, cars);
  };
  edit();
  await FAULTS[pick(next, Object.keys(FAULTS))]?.(wire, next);
  edit();
  await sleep(integer(next, 0, faultMs));
  const dies = chance(next, 0.3);
  if (dies) {
    edit();
    // Anywhere between a tap and its being stored.
    await sleep(integer(next, 0, 3));
    if (chance(next, 0.5)) await device.losePower();
    else device.die();
    await device.switchOn();
    edit();
  }
  wire.heal();
  // Some devices are told that the network is back, others find out.
  if (chance(next, 0.5)) device.client.hint('online');
  return dies;
}

function killNowAndThen({ hub }: Yard): { stop(): Promise<number> } {
  let kills = 0;
  let isOver = false;
  const stopped = new AbortController();
  const all = async (): Promise<void> => {
    for (;;) {
      await sleep(KILL_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (isOver) return;
      process.kill(hub.pid, 'SIGKILL');
      kills++;
      await listening(hub.origin);
    }
  };
  const done = all();
  return {
    stop: async () => {
      isOver = true;
      stopped.abort();
      await done;
      // A door to D1 that was opened before a crash leads nowhere.
      await hub.restart();
      return kills;
    },
  };
}
