import { type Kept, packKept, unpackKept } from '../engine/device.ts';
import type { StorageEffect } from '../engine/effect.ts';
import { emptyState, type Log, type SiteState } from '../engine/state.ts';
import type { LogEntry } from '../protocol/history.ts';
import { IDEMPOTENCY_KEYS_MAX } from '../protocol/limits.ts';
import { ROLES } from '../protocol/site.ts';
import { packRecord, unpackRecord } from './record.ts';
import { SCHEMA } from './schema.ts';

type Meta = Pick<SiteState, 'site' | 'epoch' | 'version' | 'archived' | 'floor'>;

/** The hub's SQLite: reads a whole state, runs the engine's writes, and looks things up in the log. */
export class Storage implements Log {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null where nothing was ever stored. */
  load(): SiteState | null {
    const [table] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray();
    if (!table) return null;
    const meta: Meta = JSON.parse(this.#text("SELECT value AS text FROM meta WHERE key = 'site'") ?? 'null');
    const state = emptyState(meta.site, meta.epoch);
    // The log has the newest version; the meta row has it where the log is still empty.
    state.version = Math.max(meta.version, this.newest() ?? 0);
    state.archived = meta.archived;
    state.floor = meta.floor;
    for (const { record } of this.#sql.exec<{ record: string }>('SELECT record FROM car')) {
      const { car, writes } = unpackRecord(record);
      state.cars.set(car.id, { car, writes });
      if (!car.removed) state.live++;
    }
    this.#loadDevices(state);
    this.#loadPeople(state);
    return state;
  }

  create(): void {
    this.#sql.exec(SCHEMA);
  }

  run(effect: StorageEffect): void {
    const sql = this.#sql;
    switch (effect.type) {
      case 'put-car':
        sql.exec('INSERT OR REPLACE INTO car VALUES (?, ?)', effect.record.car.id, packRecord(effect.record));
        return;
      case 'delete-car':
        sql.exec('DELETE FROM car WHERE id = ?', effect.id);
        return;
      case 'append': {
        const { version, by, device, seq } = effect.entry;
        sql.exec(
          'INSERT INTO log VALUES (?, ?, ?, ?, ?)',
          version,
          by,
          device,
          seq,
          JSON.stringify(effect.entry),
        );
        return;
      }
      case 'prune':
        sql.exec('DELETE FROM log WHERE version <= ?', effect.upTo);
        return;
      case 'put-device': {
        const { id, seq, seen, heardAt } = effect.device;
        sql.exec(
          'INSERT OR REPLACE INTO device VALUES (?, ?, ?, ?, ?)',
          id,
          seq,
          seen,
          heardAt,
          packKept(effect.device),
        );
        return;
      }
      case 'delete-device':
        sql.exec('DELETE FROM device WHERE id = ?', effect.id);
        return;
      case 'put-session': {
        const { hash, person, name, role, expiresAt, revoked } = effect.session;
        const values = [hash, person, name, role, expiresAt, Number(revoked)];
        sql.exec('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)', ...values);
        return;
      }
      case 'delete-session':
        sql.exec('DELETE FROM session WHERE hash = ?', effect.hash);
        return;
      case 'put-name':
        sql.exec('INSERT OR REPLACE INTO name VALUES (?, ?)', effect.person, effect.name);
        return;
      case 'put-meta': {
        const { site, epoch, version, archived, floor } = effect.meta;
        const meta: Meta = { site, epoch, version, archived, floor };
        sql.exec("INSERT OR REPLACE INTO meta VALUES ('site', ?)", JSON.stringify(meta));
        return;
      }
      case 'put-answer':
        sql.exec(
          'INSERT INTO answer (key, request, answer) VALUES (?, ?, ?)',
          effect.key,
          effect.request,
          effect.answer,
        );
        sql.exec('DELETE FROM answer WHERE n <= (SELECT max(n) FROM answer) - ?', IDEMPOTENCY_KEYS_MAX);
        return;
      default:
        effect satisfies never;
    }
  }

  entry(version: number): LogEntry | undefined {
    return this.#entry('SELECT entry AS text FROM log WHERE version = ?', version);
  }

  entryOf(device: string, seq: number): LogEntry | undefined {
    return this.#entry('SELECT entry AS text FROM log WHERE device = ? AND seq = ?', device, seq);
  }

  countBy(person: string, version: number): number {
    const query = 'SELECT count(*) AS n FROM log WHERE version > ? AND person = ?';
    return this.#sql.exec<{ n: number }>(query, version, person).one().n;
  }

  /** Entries above a version, oldest first. */
  entriesSince(version: number, limit: number): LogEntry[] {
    const rows = this.#sql.exec<{ entry: string }>(
      'SELECT entry FROM log WHERE version > ? ORDER BY version LIMIT ?',
      version,
      limit,
    );
    return [...rows].map(({ entry }): LogEntry => JSON.parse(entry));
  }

  /** Entries below a version, newest first, read as they are asked for. */
  *entriesBelow(version: number): Iterable<LogEntry> {
    const rows = this.#sql.exec<{ entry: string }>(
      'SELECT entry FROM log WHERE version < ? ORDER BY version DESC',
      version,
    );
    for (const { entry } of rows) yield JSON.parse(entry);
  }

  newest(): number | null {
    return this.#sql.exec<{ version: number | null }>('SELECT max(version) AS version FROM log').one()
      .version;
  }

  oldest(): number | null {
    return this.#sql.exec<{ version: number | null }>('SELECT min(version) AS version FROM log').one()
      .version;
  }

  /** The request and answer remembered under an idempotency key. */
  answer(key: string): { request: string; answer: string } | undefined {
    return this.#sql
      .exec<{ request: string; answer: string }>('SELECT request, answer FROM answer WHERE key = ?', key)
      .toArray()[0];
  }

  #loadDevices(state: SiteState): void {
    type Row = { id: string; seq: number; seen: number; heard_at: number; kept: string };
    for (const { id, seq, seen, heard_at: heardAt, kept } of this.#sql.exec<Row>('SELECT * FROM device')) {
      const outcomes: Kept[] = unpackKept(kept, seq);
      state.devices.set(id, { id, seq, seen, heardAt, kept: outcomes });
    }
  }

  #loadPeople(state: SiteState): void {
    type Row = {
      hash: string;
      person: string;
      name: string;
      role: string;
      expires_at: number;
      revoked: number;
    };
    for (const row of this.#sql.exec<Row>('SELECT * FROM session')) {
      const { hash, person, name, expires_at: expiresAt, revoked } = row;
      const role = ROLES.find((known) => known === row.role) ?? 'viewer';
      state.sessions.set(hash, { hash, person, name, role, expiresAt, revoked: revoked !== 0 });
    }
    for (const { person, name } of this.#sql.exec<{ person: string; name: string }>('SELECT * FROM name')) {
      state.names.set(person, name);
    }
  }

  #entry(query: string, ...values: (string | number)[]): LogEntry | undefined {
    const text = this.#text(query, ...values);
    return text === null ? undefined : JSON.parse(text);
  }

  #text(query: string, ...values: (string | number)[]): string | null {
    return this.#sql.exec<{ text: string }>(query, ...values).toArray()[0]?.text ?? null;
  }
}
