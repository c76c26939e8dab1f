import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench/load/statistics.ts';
import { integer, random } from '../support/random.ts';
import { firstAnswer, listening, until } from './first-answer.ts';
import { lasts, type Measure, type Result } from './result.ts';
import { beginShift } from './work.ts';
import { openYard, type Yard } from './yard.ts';

export interface KillOptions extends Measure {
  kills: number;
  /** Edits that have to be acknowledged in all. */
  edits: number;
  devices: number;
}

/** Under load between two kills. */
const WORK_MS_MIN = 300;
const WORK_MS_MAX = 1_500;

/** R3: workerd dies of `kill -9` in the middle of the work, again and again, and comes back on the same state. */
export async function kill(options: KillOptions): Promise<Result> {
  const next = random(options.seed);
  const goesOn = lasts(options);
  await using yard = await openYard(options);
  const shift = beginShift(yard, options.seed);
  const times: { runtimeMs: number; answerMs: number; clientMs: number }[] = [];
  while (times.length < options.kills || yard.witness.answered < options.edits || goesOn()) {
    await sleep(integer(next, WORK_MS_MIN, WORK_MS_MAX));
    times.push(await killOnce(yard));
  }
  await shift.stop();
  // A door to D1 that was opened before a crash leads nowhere.
  await yard.hub.restart();
  const violations = await yard.judge();
  const of = (time: keyof (typeof times)[number], p: number) =>
    percentile(
      times.map((each) => each[time]),
      p,
    );
  return {
    torture: 'kill',
    violations,
    lines: [
      { label: 'kill -9 of workerd', unit: '', value: times.length, bar: { least: options.kills }, of: 'R3' },
      {
        label: 'edits acknowledged',
        unit: '',
        value: yard.witness.answered,
        bar: { least: options.edits },
        of: 'R3',
      },
      { label: 'first answer again, p50', unit: 'ms', value: of('answerMs', 0.5) },
      {
        label: 'first answer again, p95',
        unit: 'ms',
        value: of('answerMs', 0.95),
        bar: { most: 1_000 },
        of: 'R3',
      },
      { label: 'first answer again, most', unit: 'ms', value: of('answerMs', 1) },
      { label: 'of it until the runtime listens, p50', unit: 'ms', value: of('runtimeMs', 0.5) },
      { label: 'first answer to the app’s own clients, p95', unit: 'ms', value: of('clientMs', 0.95) },
    ],
  };
}

/** Milliseconds from the kill until the runtime takes requests, until somebody's edit is answered, and until a client's is. */
async function killOnce(yard: Yard) {
  const { hub, witness } = yard;
  const answered = witness.answered;
  const began = performance.now();
  const since = () => performance.now() - began;
  process.kill(hub.pid, 'SIGKILL');
  // The runtime starts workerd anew by itself, as under `npm start`.
  const client = until(() => witness.answered > answered).then(since);
  const runtimeMs = await listening(hub.origin).then(since);
  await firstAnswer(yard);
  const answerMs = since();
  return { runtimeMs, answerMs, clientMs: await client };
}
