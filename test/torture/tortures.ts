import { OUTBOX_MAX } from '../../worker/protocol/limits.ts';
import { browser } from './browser.ts';
import { d1 } from './d1.ts';
import { evict } from './evict.ts';
import { flood } from './flood.ts';
import { fuzz } from './fuzz.ts';
import { halfOpen } from './half-open.ts';
import { kill } from './kill.ts';
import { oldClient } from './old-client.ts';
import { pin } from './pin.ts';
import { proxy } from './proxy.ts';
import type { Measure, Result } from './result.ts';
import { storm } from './storm.ts';
import { throwing } from './throw.ts';

/** The long forms, in the measure that the bars ask for; the tests run each in a short form. */
export const TORTURES: Record<string, (measure: Measure) => Promise<Result>> = {
  kill: (measure) => kill({ ...measure, kills: 100, edits: 50_000, devices: 8 }),
  evict: (measure) => evict({ ...measure, evictions: 5_000, devices: 8 }),
  d1: (measure) => d1({ ...measure, seconds: 60, devices: 4 }),
  proxy: (measure) => proxy({ ...measure, runs: 1_000, devices: 16, faultMs: 1_500, longFaultMs: 15_000 }),
  browser: (measure) => browser({ ...measure, kills: 20, edits: 100 }),
  'half-open': () => halfOpen(),
  storm: (measure) =>
    storm({
      ...measure,
      crowds: [
        { clients: 500, mostMs: 5_000 },
        { clients: 1_000, mostMs: 10_000 },
      ],
    }),
  flood: (measure) => flood({ ...measure, edits: OUTBOX_MAX }),
  fuzz: (measure) => fuzz({ ...measure, frames: 1_000_000 }),
  throw: (measure) => throwing({ ...measure, devices: 8 }),
  pin: (measure) => pin({ ...measure, people: 10, guesses: 1_000, kills: 3 }),
  'old-client': (measure) => oldClient({ ...measure, devices: 8, edits: 500 }),
};
