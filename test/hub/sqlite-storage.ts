import { DatabaseSync } from 'node:sqlite';

/** As much of a Durable Object's SQL as the hub uses, on SQLite in this process and in memory. */
export function sqliteStorage(): SqlStorage {
  const raw = new DatabaseSync(':memory:');
  const sql = {
    exec(text: string, ...values: (string | number | null)[]) {
      if (/^\s*(CREATE|ALTER)/.test(text)) {
        raw.exec(text);
        return cursorOf([]);
      }
      return cursorOf(raw.prepare(text).all(...values));
    },
  };
  return sql as unknown as SqlStorage;
}

function cursorOf(rows: unknown[]) {
  return Object.assign(rows.values(), { toArray: () => rows, one: () => rows[0] });
}
