import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import build from '../support/build.ts';
import { startBare } from './bare-target.ts';
import { FIGURES, type Figure } from './figures.ts';
import { measureFirstLoad } from './first-load.ts';
import { startHubTarget } from './hub-target.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { measureRecovery } from './recovery.ts';
import { tableOf } from './report.ts';
import { type Result, resultsOf } from './results.ts';
import { rosterOf } from './roster.ts';
import { measureRows } from './rows-written.ts';
import type { FindingsByTarget } from './target.ts';

const CARS = 2_000;

const options = readOptions(process.argv.slice(2));
if ('problem' in options) {
  console.error(`${options.problem}\n\n${USAGE}`);
  process.exit(2);
}

const runsAsked = options.runs;
const removeBuild = await build();
const dist = process.env.YARDBOARD_DIST ?? 'dist';
const own = await startHubTarget(rosterOf(CARS));
const bare = await startBare(own.target.cars);
const load = startLoadGenerator();
const targets = [own.target, ...bare.targets];
try {
  const results: Result[] = [];
  for (const figure of FIGURES)
    if (options.only.includes(figure.name)) results.push(...(await resultsOn(figure)));
  print(results, options);
} finally {
  load.stop();
  await Promise.all([own.hub.stop(), bare.stop()]);
  removeBuild?.();
}

/** One run of all, then the next of all, the other way round: what the machine does meanwhile hits all alike. */
async function resultsOn(figure: Figure): Promise<Result[]> {
  const runs: FindingsByTarget[] = [];
  while (runs.length < runsAsked) {
    console.error(`measuring ${figure.name}, run ${runs.length + 1} of ${runsAsked}`);
    runs.push(await measure(figure, runs.length % 2 === 1));
  }
  return resultsOf(figure, runs);
}

async function measure({ run, on }: Figure, isReverse: boolean): Promise<FindingsByTarget> {
  if (run === 'recovery') return { yardboard: await measureRecovery(own, load) };
  if (run === 'rows') return { yardboard: await measureRows(load) };
  if (run === 'first-load') return { yardboard: await measureFirstLoad(own, join(dist, 'client')) };
  const chosen = targets.filter(({ name }) => on.includes(name));
  return load.run({ ...run, targets: isReverse ? chosen.reverse() : chosen });
}

function print(results: Result[], { runs, json }: Options): void {
  const conditions = {
    at: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    runs,
    cars: CARS,
  };
  const { cores, cpu, node, cars } = conditions;
  console.log(`\n${tableOf(results)}\n`);
  console.log(`Medians of ${runs} runs on ${cores} × ${cpu}, Node ${node}; ${cars} cars.`);
  console.log(
    'kB are 1,000 bytes, KiB are 1,024. Absolute times move with the machine; ratios within a run count.',
  );
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ conditions, results }, null, 2)}\n`);
}
