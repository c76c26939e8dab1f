import type { Target } from '../target.ts';
import { SCENARIOS, type Scenarios } from './scenarios.ts';

/** A scenario to run, as it comes from the process that started this one. */
export interface Task {
  scenario: keyof Scenarios;
  targets: Target[];
  settings: Record<string, number>;
}

process.on('message', (task: Task) => {
  const run: (targets: Target[], settings: never) => Promise<unknown> = SCENARIOS[task.scenario];
  run(task.targets, task.settings as never).then(
    (found) => process.send?.({ found }),
    (error: Error) => process.send?.({ failed: error.stack }),
  );
});
