import type { Log } from '../engine/state.ts';
import type { LogEntry } from '../protocol/history.ts';
import { partsOf } from './long-text.ts';

type Row = { version: number; entry: string; parts: number };

/** The log of a hub's versions in its SQLite. It is read where it lies. */
export class LogStore implements Log {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  append(entry: LogEntry): void {
    const { version, by, device, seq } = entry;
    const [first, ...rest] = partsOf(JSON.stringify(entry));
    const values = [version, by, device, seq, first, rest.length];
    this.#sql.exec('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)', ...values);
    for (const [i, text] of rest.entries()) {
      this.#sql.exec('INSERT INTO log_part VALUES (?, ?, ?)', version, i, text);
    }
  }

  /** Entries up to and with a version go. */
  prune(upTo: number): void {
    this.#sql.exec('DELETE FROM log WHERE version <= ?', upTo);
    this.#sql.exec('DELETE FROM log_part WHERE version <= ?', upTo);
  }

  entry(version: number): LogEntry | undefined {
    const [entry] = this.#read('WHERE version = ?', version);
    return entry;
  }

  entryOf(device: string, seq: number): LogEntry | undefined {
    const [entry] = this.#read('WHERE device = ? AND seq = ?', device, seq);
    return entry;
  }

  countBy(person: string, version: number): number {
    const query = 'SELECT count(*) AS n FROM log WHERE version > ? AND person = ?';
    return this.#sql.exec<{ n: number }>(query, version, person).one().n;
  }

  people(): string[] {
    const rows = this.#sql.exec<{ person: string }>('SELECT DISTINCT person FROM log');
    return rows.toArray().map(({ person }) => person);
  }

  /** Entries above a version, oldest first. */
  since(version: number, limit: number): LogEntry[] {
    return [...this.#read('WHERE version > ? ORDER BY version LIMIT ?', version, limit)];
  }

  /** Entries below a version, newest first, read as they are asked for. */
  below(version: number): Iterable<LogEntry> {
    return this.#read('WHERE version < ? ORDER BY version DESC', version);
  }

  newest(): number | null {
    return this.#end('max');
  }

  oldest(): number | null {
    return this.#end('min');
  }

  *#read(where: string, ...values: (string | number)[]): Generator<LogEntry, undefined> {
    const rows = this.#sql.exec<Row>(`SELECT version, entry, parts FROM log ${where}`, ...values);
    for (const { version, entry, parts } of rows) {
      yield JSON.parse(parts === 0 ? entry : entry + this.#rest(version));
    }
  }

  #rest(version: number): string {
    const query = 'SELECT text FROM log_part WHERE version = ? ORDER BY part';
    return [...this.#sql.exec<{ text: string }>(query, version)].map(({ text }) => text).join('');
  }

  #end(which: 'min' | 'max'): number | null {
    return this.#sql.exec<{ version: number | null }>(`SELECT ${which}(version) AS version FROM log`).one()
      .version;
  }
}
