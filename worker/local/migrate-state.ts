import { resolve } from 'node:path';
import { Miniflare } from 'miniflare';
import { applyMigrations } from './migrations.ts';
import type { LocalD1 } from './runtime.ts';

/**
 * Brings the D1 of a state up to date without the Worker, for the dev server, which has no hook for it; and does
 * with it what else there is to do before the server starts.
 */
export async function migrateState<T>(stateDir: string, then: (db: LocalD1) => T | Promise<T>): Promise<T> {
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
    const db = await miniflare.getD1Database('DB');
    await applyMigrations(db, resolve(import.meta.dirname, '../../migrations'));
    return await then(db);
  } finally {
    await miniflare.dispose();
  }
}
