import { type BenchWorker, startWorker } from './start-worker.ts';
import type { Target } from './target.ts';

export interface BareTargets {
  targets: Target[];
  stop: BenchWorker['stop'];
}

/** The yardstick on a workerd of its own: one object that writes, one that does not. */
export async function startBare(cars: readonly string[]): Promise<BareTargets> {
  const { origin, stop } = await startWorker({
    source: 'worker/bare.ts',
    object: { binding: 'BARE', className: 'Bare' },
  });
  const target = async (name: Target['name'], kind: string): Promise<Target> => {
    await fetch(`${origin}/${kind}/rows?n=${cars.length}`);
    return { name, origin, cars, people: [{ path: `/${kind}/live`, headers: {} }] };
  };
  return { targets: [await target('bare', 'durable'), await target('bare-memory', 'memory')], stop };
}
