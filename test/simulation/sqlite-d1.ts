import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const SCHEMA = readdirSync(MIGRATIONS)
  .sort()
  .map((file) => readFileSync(join(MIGRATIONS, file), 'utf8'))
  .join('\n');

/** D1 as far as the archive uses it, on a SQLite in memory: the shipped statements run as they are. */
export class SqliteD1 {
  readonly #db = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, StatementSync>();

  constructor() {
    this.#db.exec(SCHEMA);
  }

  /** As the Worker sees it. */
  get d1(): D1Database {
    return asD1(this);
  }

  prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return new SqliteStatement(statement, []);
  }

  /** All of it or nothing. */
  async batch(statements: SqliteStatement[]): Promise<{ results: unknown[] }[]> {
    this.#db.exec('BEGIN');
    try {
      const answers = statements.map((statement) => statement.answer());
      this.#db.exec('COMMIT');
      return answers;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }
}

class SqliteStatement {
  readonly #statement: StatementSync;
  readonly #values: SQLInputValue[];

  constructor(statement: StatementSync, values: SQLInputValue[]) {
    this.#statement = statement;
    this.#values = values;
  }

  bind(...values: SQLInputValue[]): SqliteStatement {
    return new SqliteStatement(this.#statement, values);
  }

  async all(): Promise<{ results: unknown[] }> {
    return this.answer();
  }

  async run(): Promise<{ results: unknown[] }> {
    return this.answer();
  }

  async first(): Promise<unknown> {
    return this.answer().results[0] ?? null;
  }

  answer(): { results: unknown[] } {
    return { results: this.#statement.all(...this.#values) };
  }
}

function asD1(database: unknown): D1Database {
  return database as D1Database;
}
