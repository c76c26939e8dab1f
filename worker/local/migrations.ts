import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a D1 database that migrations need, met by Miniflare's and by a Worker's own. */
interface Database<Statement> {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<unknown>;
}

interface Statement {
  bind(...values: unknown[]): this;
  all<Row>(): Promise<{ results: Row[] }>;
  run(): Promise<unknown>;
}

/**
 * Applies the numbered files that have not been, each in one transaction with its mark.
 * The table of marks is wrangler's, so `wrangler d1 migrations list --local` agrees.
 */
export async function applyMigrations<S extends Statement>(
  db: Database<S>,
  folder: string,
): Promise<string[]> {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations(
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
        applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const missing = readdirSync(folder)
    .filter((file) => file.endsWith('.sql') && !applied.has(file))
    .sort();
  for (const file of missing) {
    await db.batch([
      db.prepare(readFileSync(join(folder, file), 'utf8')),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(file),
    ]);
  }
  return missing;
}
