import { describe, expect, test } from 'vitest';
import { MemoryContents, MemoryStore } from '../../app/sync/memory-store.ts';
import { Disk } from '../support/disk-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { car, changeOf, META, STORE_RULES } from './store-contract.ts';

describe('the store in memory', () => {
  test.each(STORE_RULES)('$title', async ({ check }) => {
    const contents = new MemoryContents();
    await check(async () => new MemoryStore(contents));
  });
});

describe('the disk of a simulated device', () => {
  test.each(STORE_RULES)('$title', async ({ check }) => {
    const clock = new ManualClock();
    const disk = new Disk(clock);
    let isDone = false;
    const checked = check(async () => disk.openBeside()).finally(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(1);
    await checked;
  });

  test('a process that dies takes with it what it had not committed', async () => {
    const clock = new ManualClock();
    const disk = new Disk(clock, () => 5);
    void disk.open().commit(changeOf({ meta: META }));
    await clock.advance(4);
    const after = disk.open();
    await clock.advance(10);
    expect((await after.load()).meta).toBeNull();
  });

  test('when the power goes, what was committed relaxed since the last strict commit goes with it', async () => {
    const clock = new ManualClock();
    const disk = new Disk(clock);
    const store = disk.open();
    const commit = async (id: string, durability: 'strict' | 'relaxed'): Promise<void> => {
      const done = store.commit({ ...changeOf({ put: [car(id)] }), durability });
      await clock.advance(1);
      await done;
    };
    await commit('a', 'relaxed');
    await commit('b', 'strict');
    await commit('c', 'relaxed');
    expect((await disk.load()).cars).toHaveLength(3);
    await disk.losePower();
    expect((await disk.load()).cars.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
