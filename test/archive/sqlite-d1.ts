import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

export interface SqliteD1 {
  db: D1Database;
  /** The database behind it, for what no D1 would let through. */
  raw: DatabaseSync;
}

/** As much of D1 as the archive and the directory use, on SQLite in this process and in memory, with the migrations applied. */
export function sqliteD1(): SqliteD1 {
  const raw = new DatabaseSync(':memory:');
  for (const file of readdirSync('migrations').sort())
    raw.exec(readFileSync(join('migrations', file), 'utf8'));
  const db = {
    prepare: (sql: string) => new Statement(raw, sql),
    async batch(statements: Statement[]) {
      raw.exec('SAVEPOINT batch');
      try {
        const results = statements.map((statement) => statement.execute());
        raw.exec('RELEASE batch');
        return results;
      } catch (error) {
        raw.exec('ROLLBACK TO batch; RELEASE batch');
        throw error;
      }
    },
  };
  return { db: db as unknown as D1Database, raw };
}

class Statement {
  readonly #raw: DatabaseSync;
  readonly #sql: string;
  readonly #values: SQLInputValue[];

  constructor(raw: DatabaseSync, sql: string, values: SQLInputValue[] = []) {
    this.#raw = raw;
    // Those without a number go on after the highest, as in SQLite.
    let highest = 0;
    this.#sql = sql.replace(/\?(\d*)/g, (_, number) => {
      const n = number === '' ? highest + 1 : Number(number);
      highest = Math.max(highest, n);
      return `?${n}`;
    });
    this.#values = values;
  }

  bind(...values: SQLInputValue[]): Statement {
    return new Statement(this.#raw, this.#sql, values);
  }

  execute(): { results: unknown[] } {
    let last = 0;
    // A bare `?` is one more than the largest before it.
    const sql = this.#sql.replace(/\?(\d*)/g, (_, digits: string) => {
      const number = digits === '' ? last + 1 : Number(digits);
      last = Math.max(last, number);
      return `?${number}`;
    });
    const statement = this.#raw.prepare(sql);
    const numbered = [...new Set(sql.match(/\?\d+/g))];
    // Node takes numbered parameters for named ones.
    const named = Object.fromEntries(
      numbered.map((name) => [name, this.#values[Number(name.slice(1)) - 1] ?? null]),
    );
    return { results: statement.all(named) };
  }

  async all() {
    return this.execute();
  }

  async run() {
    return this.execute();
  }

  async first(column?: string) {
    const [row] = this.execute().results as Record<string, unknown>[];
    return (column === undefined ? row : row?.[column]) ?? null;
  }
}
