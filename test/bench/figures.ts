import type { Task } from './load/process.ts';
import type { Findings, TargetName } from './target.ts';

/** One line of the table. */
export interface Line {
  label: string;
  unit: 'ms' | 'bytes' | 'kB' | 'KiB' | '/s' | 'rows';
  /** Where the value is in what a scenario found. */
  value: (found: Findings) => number;
  /** All of them have to be met. None: for information. */
  bars?: readonly Bar[];
  /** What would be better still. */
  beyond?: readonly Bar[];
}

/** `times` the durable bare object in the same run, or a value in the line's unit. */
export type Bar = { most: number } | { least: number } | { times: number };

/** What one scenario gives, and against whom. */
export interface Figure {
  /** For `--only`. */
  name: string;
  /** Run by the load generator, or one of those that need more than load. */
  run: Pick<Task, 'scenario' | 'settings'> | 'recovery' | 'rows' | 'first-load';
  on: readonly TargetName[];
  lines: readonly Line[];
}

const EVERYONE: readonly TargetName[] = ['yardboard', 'bare', 'bare-memory'];
const OWN: readonly TargetName[] = ['yardboard'];

const ms = (found: Findings): number => found.ms ?? Number.NaN;
const kB = (found: Findings): number => (found.bytes ?? Number.NaN) / 1000;
const named =
  (name: string) =>
  (found: Findings): number =>
    found[name] ?? Number.NaN;

const tap = (screens: number, isJudged: boolean): Figure => {
  const bars = isJudged ? { bars: [{ times: 1.3 }], beyond: [{ times: 1.15 }] } : {};
  const line = (label: string, name: string): Line => ({ label, unit: 'ms', value: named(name), ...bars });
  return {
    name: `tap-${screens}`,
    run: { scenario: 'tap', settings: { screens, taps: 200 } },
    on: EVERYONE,
    lines: [
      line(`tap until the last of ${screens} screens has it, p50`, 'lastP50Ms'),
      line(`tap until the last of ${screens} screens has it, p99`, 'lastP99Ms'),
      line(`tap to each of ${screens} screens, p50`, 'everyP50Ms'),
      line(`tap to each of ${screens} screens, p99`, 'everyP99Ms'),
      { label: `tap until its own answer, ${screens} screens, p50`, unit: 'ms', value: named('answerP50Ms') },
      {
        label: `one-field change to each of ${screens} screens`,
        unit: 'bytes',
        value: named('changeBytes'),
        bars: [{ most: 110 }],
        beyond: [{ most: 64 }],
      },
    ],
  };
};

const join = (name: string, label: string, worked: number): Figure => ({
  name,
  run: { scenario: 'join', settings: { times: 10, worked } },
  on: EVERYONE,
  lines: [
    { label: `${label}, on the wire`, unit: 'kB', value: kB, bars: [{ most: 200 }], beyond: [{ most: 100 }] },
    { label: `${label}, from dialling`, unit: 'ms', value: ms, bars: [{ times: 4 }] },
    { label: `${label}, from hello`, unit: 'ms', value: named('askMs'), bars: [{ times: 4 }] },
  ],
});

const resume = (missed: number, wire: Pick<Line, 'bars' | 'beyond'>, time: Pick<Line, 'bars'>): Figure => ({
  name: `resume-${missed}`,
  run: { scenario: 'resume', settings: { missed, times: 10 } },
  on: EVERYONE,
  lines: [
    { label: `resume after ${missed} missed changes, on the wire`, unit: 'kB', value: kB, ...wire },
    { label: `resume after ${missed} missed changes, from dialling`, unit: 'ms', value: ms, ...time },
    {
      label: `resume after ${missed} missed changes, from hello`,
      unit: 'ms',
      value: named('askMs'),
      ...time,
    },
  ],
});

const queue = (edits: number, most: number): Figure[] => [
  {
    name: `queue-${edits}`,
    run: { scenario: 'queue', settings: { edits, times: 5 } },
    on: EVERYONE,
    lines: [
      {
        label: `${edits} queued edits to all acknowledged`,
        unit: 'ms',
        value: ms,
        bars: [{ most }],
        beyond: [{ times: 1.5 }],
      },
    ],
  },
  {
    name: `client-queue-${edits}`,
    run: { scenario: 'clientQueue', settings: { edits, times: 5 } },
    on: OWN,
    lines: [
      {
        label: `${edits} queued edits through the app's client, from dialling`,
        unit: 'ms',
        value: ms,
        bars: [{ most }],
      },
    ],
  },
];

const throughput = (frame: number, judged: Pick<Line, 'bars' | 'beyond'>): Figure => ({
  name: frame === 1 ? 'throughput' : `throughput-${frame}`,
  run: { scenario: 'throughput', settings: { editors: 50, frame, seconds: 3 } },
  on: EVERYONE,
  lines: [
    {
      label: `acknowledged edits, 50 editors, all receive all, ${frame} a frame`,
      unit: '/s',
      value: named('perSecond'),
      ...judged,
    },
    { label: `their answers, ${frame} a frame, p50`, unit: 'ms', value: named('answerP50Ms') },
    { label: `their answers, ${frame} a frame, p99`, unit: 'ms', value: named('answerP99Ms') },
  ],
});

const firstLoad = (screen: string, name: string): Line => ({
  label: `JavaScript before ${screen}, gzip`,
  unit: 'KiB',
  value: named(name),
  bars: [{ most: 45 }],
  beyond: [{ most: 30 }],
});

/** `most`: how soon all have to be current (bar R7). */
const reconnect = (
  screens: number,
  most: number,
  against: Pick<Figure, 'on'> & Pick<Line, 'bars'>,
): Figure => ({
  name: `reconnect-${screens}`,
  run: { scenario: 'reconnect', settings: { screens, missed: 20 } },
  on: against.on,
  lines: [
    {
      label: `${screens} devices back at once, all current`,
      unit: 'ms',
      value: ms,
      bars: [{ most }, ...(against.bars ?? [])],
    },
    { label: `${screens} devices back at once, each on the wire`, unit: 'kB', value: kB },
  ],
});

/** In the order they are measured: the board is fresh at first. */
export const FIGURES: readonly Figure[] = [
  join('join', 'cold join at 2,000 cars', 0),
  tap(20, false),
  tap(100, true),
  tap(500, true),
  resume(0, { bars: [{ most: 0.5 }] }, {}),
  resume(100, { bars: [{ most: 12 }], beyond: [{ most: 7.6 }] }, { bars: [{ times: 2 }] }),
  resume(1_000, {}, {}),
  ...queue(100, 19),
  ...queue(1_000, 89),
  throughput(1, { bars: [{ least: 1_250 }], beyond: [{ least: 2_000 }] }),
  throughput(10, {}),
  reconnect(500, 5_000, { on: EVERYONE, bars: [{ times: 1.3 }] }),
  reconnect(1_000, 10_000, { on: OWN }),
  {
    name: 'stalled',
    run: { scenario: 'stalled', settings: { screens: 100, readers: 5, taps: 150 } },
    on: OWN,
    lines: [
      { label: 'tap to each of 100 screens, nobody stalled, p99', unit: 'ms', value: named('freeP99Ms') },
      {
        label: 'tap to each of 100 screens, 5 others stalled, p99',
        unit: 'ms',
        value: named('stalledP99Ms'),
        bars: [{ most: 50 }],
      },
      {
        label: 'sent to each of them before it was let go',
        unit: 'KiB',
        value: named('sentKiB'),
        bars: [{ most: 1_024 }],
      },
    ],
  },
  join('join-worked', 'cold join at 2,000 cars, each changed since', 1),
  {
    name: 'recovery',
    run: 'recovery',
    on: OWN,
    lines: [
      {
        label: 'hub killed until an edit is acknowledged again',
        unit: 'ms',
        value: ms,
        bars: [{ most: 2_000 }],
      },
    ],
  },
  {
    name: 'rows',
    run: 'rows',
    on: OWN,
    lines: [{ label: 'rows written per edit', unit: 'rows', value: named('rows'), bars: [{ most: 3 }] }],
  },
  {
    name: 'first-load',
    run: 'first-load',
    on: OWN,
    lines: [
      firstLoad('the sign-in', 'signInKiB'),
      firstLoad('the keypad on a phone', 'keypadKiB'),
      firstLoad('the board on a desktop', 'boardKiB'),
    ],
  },
];
