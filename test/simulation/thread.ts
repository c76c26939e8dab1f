import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { applyPatches, type Patch } from './patches.ts';
import type { Run } from './simulate.ts';
import { smallCaps } from './small-caps.ts';

/** What a thread is made with. */
export interface ThreadOptions {
  hasSmallCaps: boolean;
  patches: readonly Patch[];
}

/** What a thread tells of one run. */
export interface RunReport extends Pick<Run, 'seed' | 'faults' | 'edits' | 'events' | 'trace'> {
  situations: [string, number][];
}

const { hasSmallCaps, patches }: ThreadOptions = workerData;
const port = parentPort;
if (!port) throw new Error('This file is for a worker thread');

const limits = readFileSync(join(import.meta.dirname, '../../worker/protocol/limits.ts'), 'utf8');
applyPatches([...(hasSmallCaps ? smallCaps(limits) : []), ...patches]);

// What is in doubt in a promise nobody waits for is a fault of the run under way.
const stray: string[] = [];
process.on('unhandledRejection', (reason) => {
  stray.push(reason instanceof Error ? `${reason.stack}` : String(reason));
});

const loading = import('./simulate.ts');

port.on('message', async (seed: number) => {
  try {
    const { simulate } = await loading;
    const { faults, edits, events, trace, situations } = await simulate(seed);
    const all = [...faults, ...stray.splice(0)];
    const report: RunReport = { seed, faults: all, edits, events, trace, situations: [...situations] };
    port.postMessage(report);
  } catch (error) {
    port.postMessage({ failure: error instanceof Error ? `${error.stack}` : String(error) });
  }
});
