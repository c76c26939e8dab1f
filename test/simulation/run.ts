import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatHistory } from '../checker/history.ts';
import { runCampaign } from './campaign.ts';
import { applyPatches } from './patches.ts';
import { PINNED } from './pinned.ts';
import { smallCaps } from './small-caps.ts';

const HOUR_MS = 3_600_000;
const USAGE = `
  --hours N          runs seeds for so long (1)
  --seeds A..B       or no further than from A to B
  --seed S           runs one seed and prints what it breaks
    --small-caps     on a site with small caps
    --shrink         and the smallest plan that still breaks the same rule
    --keep 4,7,9     with these of its acts alone
    --history        and its history, a line for each happening`;

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    seed: { type: 'string' },
    'small-caps': { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    keep: { type: 'string' },
    history: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await one(Number(values.seed));
else await many();

async function one(seed: number): Promise<void> {
  const limits = join(import.meta.dirname, '../../worker/protocol/limits.ts');
  if (values['small-caps']) applyPatches(smallCaps(readFileSync(limits, 'utf8')));
  const [{ simulatePlan }, { planOf }, { shrink, without }] = await Promise.all([
    import('./simulate.ts'),
    import('./plan.ts'),
    import('./shrink.ts'),
  ]);
  const whole = planOf(seed);
  const plan = values.keep === undefined ? whole : without(whole, values.keep.split(',').map(Number));
  const { faults, history, events, edits, trace } = await simulatePlan(plan);
  console.log(`seed ${seed}: ${edits} edits, ${events} events, trace ${trace.toString(16)}`);
  for (const fault of faults) console.log(fault);
  if (values.history) console.log(formatHistory(history));
  process.exitCode = faults.length > 0 ? 1 : 0;
  if (faults.length === 0 || !values.shrink) return;
  const { plan: small, kept, faults: left } = await shrink(plan, faults);
  console.log(`\n${left[0]}\nwith --keep ${kept.join()}:`);
  for (const { name, afterMs, device } of small.acts)
    console.log(`  after ${afterMs} ms, ${name}, device ${device}`);
}

async function many(): Promise<void> {
  const [first = 1, last = Number.MAX_SAFE_INTEGER - 1] = (values.seeds ?? '1').split('..').map(Number);
  const beganAt = performance.now();
  const endsAt = beganAt + Number(values.hours) * HOUR_MS;
  const { runs, edits, events, failures, missed, unlike } = await runCampaign({
    first,
    last,
    isOver: () => performance.now() >= endsAt,
    pinned: PINNED,
  });
  const seconds = (performance.now() - beganAt) / 1000;
  const perSecond = Math.round((edits + events) / seconds);
  console.log(
    `${runs} runs, ${edits} edits, ${events} events in ${Math.round(seconds)} s: ${perSecond} a second`,
  );
  if (missed.length > 0) console.log(`never seen: ${missed.join(', ')}`);
  if (unlike.length > 0) console.log(`not the same the second time: ${unlike.join(', ')}`);
  for (const failure of failures) console.log(failure);
  process.exitCode = failures.length + unlike.length > 0 ? 1 : 0;
}
