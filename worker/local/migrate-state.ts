import { resolve } from 'node:path';
import { Miniflare } from 'miniflare';
import { applyMigrations } from './migrations.ts';

/** Brings the D1 of a state up to date without the Worker, for the dev server, which has no hook for it. */
export async function migrateState(stateDir: string): Promise<void> {
  const contents = 'export default {}';
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: resolve(stateDir, 'v3'),
    workers: [
      {
        config: {
          name: 'migrations',
          compatibilityDate: '2026-10-12',
          manifest: {
            mainModule: 'index.js',
            modulesRoot: resolve('.'),
            modules: { 'index.js': { type: 'esm', contents } },
          },
          // The name the dev server gives to a database without an id.
          env: { DB: { type: 'd1', id: 'DB' } },
        },
      },
    ],
  });
  try {
    await applyMigrations(
      await miniflare.getD1Database('DB'),
      resolve(import.meta.dirname, '../../migrations'),
    );
  } finally {
    await miniflare.dispose();
  }
}
