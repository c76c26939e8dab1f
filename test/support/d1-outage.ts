import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Takes D1 away from a running hub until the answer is called: reads and writes both fail, at once. */
export function takeD1Down(stateDir: string): () => void {
  const folder = join(stateDir, 'v3', 'd1', 'miniflare-D1DatabaseObject');
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error(`No D1 database below ${stateDir}`);
  // Somebody may be writing right now.
  const lock = new DatabaseSync(join(folder, file), { timeout: 5_000 });
  lock.exec('BEGIN EXCLUSIVE');
  return () => lock.close();
}
