import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer, Task } from './load/process.ts';
import type { FindingsByTarget } from './target.ts';

/** The load generator: a Node process of its own, so that what measures does not wait for what reports. */
export interface LoadGenerator {
  /** Rejects when the scenario fails. */
  run(task: Task): Promise<FindingsByTarget>;
  stop(): void;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(join(import.meta.dirname, 'load', 'process.ts'), { serialization: 'advanced' });
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        const onExit = (): void => reject(new Error('the load generator died'));
        child.once('exit', onExit);
        child.once('message', (answer) => {
          child.off('exit', onExit);
          const result = answer as Answer;
          if ('found' in result) resolve(result.found);
          else reject(new Error(result.failed));
        });
        child.send(task);
      }),
    stop: () => child.kill(),
  };
}
