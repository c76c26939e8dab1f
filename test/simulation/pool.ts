import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Patch } from './patches.ts';
import type { RunReport, ThreadOptions } from './thread.ts';

/** Seeds of each kind of site. */
export interface Batch {
  /** The next seed to run; null at the end. */
  next(): number | null;
  hasSmallCaps: boolean;
  patches?: readonly Patch[];
}

/** Runs seeds on a thread of their own, one after the other, and calls back with each. Stops where that says so. */
export async function runBatch(
  { next, hasSmallCaps, patches = [] }: Batch,
  done: (report: RunReport) => 'on' | 'stop',
): Promise<void> {
  const workerData: ThreadOptions = { hasSmallCaps, patches };
  const thread = new Worker(join(import.meta.dirname, 'thread.ts'), { workerData });
  try {
    for (let seed = next(); seed !== null; seed = next()) {
      const report = await ask(thread, seed);
      if (done(report) === 'stop') return;
    }
  } finally {
    await thread.terminate();
  }
}

function ask(thread: Worker, seed: number): Promise<RunReport> {
  return new Promise((resolve, reject) => {
    const answered = (answer: RunReport | { failure: string }): void => {
      thread.off('error', failed);
      if ('failure' in answer) reject(new Error(answer.failure));
      else resolve(answer);
    };
    const failed = (error: unknown): void => reject(error);
    thread.once('message', answered);
    thread.once('error', failed);
    thread.postMessage(seed);
  });
}
