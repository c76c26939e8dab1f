import type { StorageEffect } from '../engine/effect.ts';
import { emptyState, type SiteState } from '../engine/state.ts';
import { IDEMPOTENCY_KEYS_MAX } from '../protocol/limits.ts';
import { ROLES } from '../protocol/site.ts';
import { DeviceStore } from './device-store.ts';
import { LogStore } from './log-store.ts';
import { packRecord, unpackRecord } from './record.ts';
import { SCHEMA } from './schema.ts';

type Meta = Pick<SiteState, 'site' | 'epoch' | 'version' | 'archived' | 'floor'>;

/** The hub's SQLite: reads a whole state and runs the engine's writes. */
export class Storage {
  readonly log: LogStore;
  readonly #sql: SqlStorage;
  readonly #devices: DeviceStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.log = new LogStore(sql);
    this.#devices = new DeviceStore(sql);
  }

  /** Null where nothing was ever stored. */
  load(): SiteState | null {
    const [table] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray();
    if (!table) return null;
    const meta: Meta = JSON.parse(this.#text("SELECT value AS text FROM meta WHERE key = 'site'") ?? 'null');
    const state = emptyState(meta.site, meta.epoch);
    // The log has the newest version; the meta row has it where the log is still empty.
    state.version = Math.max(meta.version, this.log.newest() ?? 0);
    state.archived = meta.archived;
    state.floor = meta.floor;
    for (const { record } of this.#sql.exec<{ record: string }>('SELECT record FROM car')) {
      const { car, writes } = unpackRecord(record);
      state.cars.set(car.id, { car, writes });
      if (!car.removed) state.live++;
    }
    for (const device of this.#devices.load()) state.devices.set(device.id, device);
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
      case 'append':
        this.log.append(effect.entry);
        return;
      case 'prune':
        this.log.prune(effect.upTo);
        return;
      case 'put-device':
        this.#devices.put(effect.device);
        return;
      case 'delete-device':
        this.#devices.delete(effect.id);
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

  /** The request and answer remembered under an idempotency key. */
  answer(key: string): { request: string; answer: string } | undefined {
    return this.#sql
      .exec<{ request: string; answer: string }>('SELECT request, answer FROM answer WHERE key = ?', key)
      .toArray()[0];
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

  #text(query: string, ...values: (string | number)[]): string | null {
    return this.#sql.exec<{ text: string }>(query, ...values).toArray()[0]?.text ?? null;
  }
}
