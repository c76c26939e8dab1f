import type { LoadGenerator } from './load-generator.ts';
import { rosterOf } from './roster.ts';
import { seedLive } from './seed.ts';
import { startWorker } from './start-worker.ts';
import type { Findings, Seat } from './target.ts';

const EDITS = 100;
const SITE = 'rows';

/** Rows the hub's own cursors count for an edit, on a hub by itself: production has no way to ask. */
export async function measureRows(load: LoadGenerator): Promise<Findings> {
  const { origin, stop } = await startWorker({
    source: 'worker/hub.ts',
    object: { binding: 'HUBS', className: 'BenchHub' },
  });
  try {
    const seat: Seat = { path: `/${SITE}/live?as=lea`, headers: {} };
    const roster = rosterOf(300);
    await seedLive(origin, seat, roster);
    const cars = roster.map(({ car }) => car);
    const count = async (): Promise<number> => Number(await (await fetch(`${origin}/${SITE}/rows`)).text());
    const target = { name: 'yardboard', origin, people: [seat], cars } as const;
    const rowsOf = async (edits: number): Promise<number> => {
      const before = await count();
      await load.run({ scenario: 'oneByOne', targets: [target], settings: { edits } });
      return (await count()) - before;
    };
    await count();
    // What comes beside the edits, a row for each device that is new, is in both.
    const few = await rowsOf(EDITS);
    return { rows: ((await rowsOf(2 * EDITS)) - few) / EDITS };
  } finally {
    await stop();
  }
}
