import type { FindingsByTarget, Target } from '../target.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** A scenario to run, as it comes from the process that started this one. */
export interface Task {
  scenario: Scenario;
  targets: readonly Target[];
  settings: Record<string, number>;
}

export type Answer = { found: FindingsByTarget } | { failed: string };

process.on('message', (task: Task) => {
  run(task).then(
    (found) => answer({ found }),
    (error: unknown) =>
      answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function answer(message: Answer): void {
  process.send?.(message);
}

/** Settings come from `figures.ts`, whose types hold them to what the scenario takes. */
function run({ scenario, targets, settings }: Task): Promise<FindingsByTarget> {
  const start = SCENARIOS[scenario] as (
    targets: readonly Target[],
    settings: Task['settings'],
  ) => Promise<FindingsByTarget>;
  return start(targets, settings);
}
