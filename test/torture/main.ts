import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import build from '../support/build.ts';
import { readOptions, USAGE } from './options.ts';
import { tableOf } from './report.ts';
import { isMet, type Measure, type Result } from './result.ts';
import { TORTURES } from './tortures.ts';

const options = readOptions(process.argv.slice(2));
if ('problem' in options) {
  console.error(`${options.problem}\n\n${USAGE}`);
  process.exit(2);
}

const removeBuild = await build();
const results: Result[] = [];
const began = Date.now();
try {
  for (const name of options.only) {
    console.error(`torture by ${name}, from seed ${options.seed}`);
    const result = await run(name, options);
    results.push(result);
    console.error(tableOf([result]));
  }
} finally {
  removeBuild?.();
}

const conditions = {
  at: new Date(began).toISOString(),
  seconds: Math.round((Date.now() - began) / 1_000),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  load: loadavg(),
  node: process.version,
  seed: options.seed,
};
const { cores, cpu, node, seconds, seed, load } = conditions;
console.log(`\n${tableOf(results)}\n`);
for (const { torture, violations } of results) {
  for (const violation of violations.slice(0, 50)) console.log(`${torture}: ${violation}`);
}
console.log(
  `${seconds} s on ${cores} × ${cpu}, Node ${node}, seed ${seed}; load at the end ${load[0]?.toFixed(1)}.`,
);
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ conditions, results }, null, 2)}\n`);
}
process.exit(results.every(isClean) ? 0 : 1);

function isClean({ violations, lines }: Result): boolean {
  return violations.length === 0 && lines.every(isMet);
}

/** One that does not come to its end is a violation, and no reason to leave out the others. */
async function run(torture: string, measure: Measure): Promise<Result> {
  const failed = (error: unknown): Result => ({
    torture,
    lines: [],
    violations: [`it has ended early: ${error instanceof Error ? error.stack : error}`],
  });
  return (await TORTURES[torture]?.(measure).catch(failed)) ?? failed('there is none of that name');
}
