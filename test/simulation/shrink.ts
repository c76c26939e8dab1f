import type { Plan } from './plan.ts';
import { simulatePlan } from './simulate.ts';

export interface Shrunk {
  plan: Plan;
  /** Which of the seed's acts are left. */
  kept: number[];
  faults: string[];
}

/** The smallest plan that still breaks the same rule: acts are left out, in ever smaller lots, while it does. */
export async function shrink(plan: Plan, faults: readonly string[]): Promise<Shrunk> {
  const rule = ruleOf(faults);
  let best: Shrunk = { plan, kept: plan.acts.map((_, i) => i), faults: [...faults] };
  for (let lot = Math.ceil(best.kept.length / 2); lot >= 1; lot = lot === 1 ? 0 : Math.ceil(lot / 2)) {
    for (let at = 0; at < best.kept.length; ) {
      const kept = [...best.kept.slice(0, at), ...best.kept.slice(at + lot)];
      const fewer = without(plan, kept);
      const run = await simulatePlan(fewer);
      if (ruleOf(run.faults) === rule) best = { plan: fewer, kept, faults: run.faults };
      else at += lot;
    }
  }
  return best;
}

/** A plan with these acts alone. Time passes as it did with all of them. */
export function without(plan: Plan, kept: readonly number[]): Plan {
  const left = new Set(kept);
  let skippedMs = 0;
  const acts = plan.acts.flatMap((act, i) => {
    if (!left.has(i)) {
      skippedMs += act.afterMs;
      return [];
    }
    const afterMs = act.afterMs + skippedMs;
    skippedMs = 0;
    return [{ ...act, afterMs }];
  });
  return { ...plan, acts };
}

/** Devices that no act names do nothing that matters: they are left in, so that all others draw what they drew. */
function ruleOf(faults: readonly string[]): string | undefined {
  return faults[0]?.split(' ')[0];
}
