import { check } from '../checker/check.ts';
import type { FinalState, HistoryLine } from '../checker/history.ts';
import { ACTS } from './acts.ts';
import { heal } from './heal.ts';
import { type Plan, planOf } from './plan.ts';
import { stream } from './random-stream.ts';
import type { Situation } from './situations.ts';
import type { Tape } from './tape.ts';
import { World } from './world.ts';

export interface Run {
  seed: number;
  /** What is wrong; empty where all is well. */
  faults: string[];
  edits: number;
  /** Everything that happened, edits left out. */
  events: number;
  /** The same for two runs of one plan. */
  trace: number;
  situations: ReadonlyMap<Situation, number>;
  history: readonly HistoryLine[];
  final: FinalState | null;
  tape: Tape;
}

export interface RunOptions {
  /** Takes down what reaches the hub. */
  tapes?: boolean;
}

/** Runs what a seed stands for: warm-up, chaos, healing, quiet, and the check. */
export function simulate(seed: number, options: RunOptions = {}): Promise<Run> {
  return simulatePlan(planOf(seed), options);
}

export async function simulatePlan(plan: Plan, options: RunOptions = {}): Promise<Run> {
  const world = new World(plan.seed, plan.cast, options);
  const { timeline, recorder, situations, tape } = world;
  const faults: string[] = [];
  let final: FinalState | null = null;
  try {
    await warmUp(world);
    for (const act of plan.acts) {
      await timeline.run(act.afterMs);
      timeline.note(act.name);
      const device = world.devices[act.device];
      if (device) await ACTS[act.name].run(world, device, stream(act.seed));
    }
    final = await heal(world);
    faults.push(...check(recorder.lines, final));
  } catch (error) {
    faults.push(
      error instanceof Error
        ? /^[A-Z]+\d+ /.test(error.message)
          ? error.message
          : `${error.stack}`
        : String(error),
    );
  }
  world.close();
  for (const { edit, kind } of recorder.lines) {
    timeline.note(kind);
    timeline.note(edit);
  }
  const { steps: events, trace } = timeline;
  const { edits, lines: history } = recorder;
  return {
    seed: plan.seed,
    faults,
    edits,
    events,
    trace,
    situations: situations.counts,
    history,
    final,
    tape,
  };
}

/** A board, and everybody there. */
async function warmUp(world: World): Promise<void> {
  const { hub, timeline, devices } = world;
  const rows = ['101', '102', '103', '104', '105', '106'].map((car) => ({ car, fields: {} }));
  void hub.request(world.sessionOf('lea'), 'request-first', { type: 'import', rows, mode: 'merge' });
  for (const device of devices) device.start();
  await timeline.run(400);
}
