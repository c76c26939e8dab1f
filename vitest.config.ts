import { defineConfig } from 'vitest/config';
import { ByTurns } from './test/support/by-turns.ts';

/** Files of the two projects below that run beside each other. */
const AT_ONCE = 4;

// Not vite.config.ts: nothing here needs the Cloudflare and PWA plugins.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    sequence: { sequencer: ByTurns },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.{worker,browser}.test.ts'],
          pool: 'threads',
          maxWorkers: '100%',
          // Seeded runs by the thousand, and a machine that may be busy with other things.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'worker',
          include: ['test/**/*.worker.test.ts'],
          globalSetup: ['test/support/build.ts'],
          // Each file has a workerd of its own beside it. Most of their time they wait, for what is due or to heal.
          pool: 'forks',
          isolate: false,
          maxWorkers: AT_ONCE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: ['test/support/build.ts', 'test/support/install-browser.ts'],
          // A browser and a workerd each; much of their time they wait for each other.
          pool: 'forks',
          isolate: false,
          maxWorkers: AT_ONCE,
          testTimeout: 90_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
