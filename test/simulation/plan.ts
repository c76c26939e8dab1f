import type { Role } from '../../worker/protocol/site.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';
import { ACTS, type ActName } from './acts.ts';
import { stream } from './random-stream.ts';

export interface Cast {
  people: Record<string, Role>;
  devices: { people: string[]; protocol: 1 | 2; hasSockets: boolean }[];
}

/** Something that a person does, or that befalls a part. All chance in it comes from `seed`. */
export interface Act {
  name: ActName;
  /** Milliseconds after the one before. */
  afterMs: number;
  device: number;
  seed: number;
}

/** All of a run but what follows from it. */
export interface Plan {
  seed: number;
  cast: Cast;
  acts: Act[];
}

const PEOPLE: Record<string, Role> = { lea: 'lead', wes: 'worker', ann: 'admin', bo: 'worker', vi: 'viewer' };
const ACTS_MIN = 60;
const ACTS_MAX = 260;
const DEVICES_MIN = 2;
const DEVICES_MAX = 12;

/** What a seed stands for: who takes part, which faults there are, and when each comes. */
export function planOf(seed: number): Plan {
  const next = stream(seed, 0);
  const cast = castOf(next);
  const weights = mixOf(next);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const pace = pick(next, [
    [0, 1, 5, 20, 200],
    [0, 1, 5, 20, 200, 3_000],
    [5, 200, 3_000, 12_000],
  ]);
  const acts = Array.from({ length: integer(next, ACTS_MIN, ACTS_MAX) }, (): Act => {
    let dice = next() * total;
    const drawn = weights.find(({ weight }) => {
      dice -= weight;
      return dice < 0;
    });
    return {
      name: drawn?.name ?? 'work',
      afterMs: pick(next, pace),
      device: integer(next, 0, cast.devices.length - 1),
      seed: integer(next, 1, 2 ** 30),
    };
  });
  return { seed, cast, acts };
}

function castOf(next: Random): Cast {
  const names = Object.keys(PEOPLE);
  // Small companies more often: they come further in the same time.
  const count = Math.min(integer(next, DEVICES_MIN, DEVICES_MAX), integer(next, DEVICES_MIN, DEVICES_MAX));
  let before: string[] | null = null;
  const devices = Array.from({ length: count }, (_, i): Cast['devices'][number] => {
    const first = i < names.length ? names[i]! : pick(next, names);
    const others = names.filter((name) => name !== first);
    const shared = chance(next, 0.35) ? [first, pick(next, others)] : [first];
    // Somebody's second device.
    const people = chance(next, 0.3) ? (before ?? shared) : shared;
    before = people;
    return { people, protocol: chance(next, 0.2) ? 1 : 2, hasSockets: !chance(next, 0.08) };
  });
  return { people: PEOPLE, devices };
}

/** Each seed has its own faults, and some of them much more often than is likely. */
function mixOf(next: Random): { name: ActName; weight: number }[] {
  const names = Object.keys(ACTS) as ActName[];
  return names.flatMap((name) => {
    const { weight, isFault } = ACTS[name];
    if (!isFault) return [{ name, weight }];
    if (chance(next, 0.55)) return [];
    return [{ name, weight: weight * pick(next, [0.5, 1, 1, 4]) }];
  });
}
