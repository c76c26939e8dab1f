import type { StorageEffect } from '../engine/effect.ts';
import { emptyState, metaOf, type SiteMeta, type SiteState } from '../engine/state.ts';
import { sha256 } from '../hash.ts';
import { entryText, genesisText } from '../protocol/chain.ts';
import { IDEMPOTENCY_KEYS_MAX } from '../protocol/limits.ts';
import { ROLES } from '../protocol/site.ts';
import { DeviceStore } from './device-store.ts';
import { LogStore } from './log-store.ts';
import { packRecord, unpackRecord } from './record.ts';
import { LAYOUTS } from './schema.ts';

/** What a hub of an earlier version may not have stored. */
type Added = 'head' | 'attentionDropped' | 'settingsAt' | 'settingsSaved' | 'settingsChanges';
type StoredMeta = Omit<SiteMeta, Added> & Partial<Pick<SiteMeta, Added>>;

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
    if (this.#layout() === 0) return null;
    const meta: StoredMeta = JSON.parse(
      this.#text("SELECT value AS text FROM meta WHERE key = 'site'") ?? 'null',
    );
    // The log has the newest version and its hash; the meta row has them where the log is still empty. The first
    // entry after an upgrade carries the hash of one that carries none: there the chain begins.
    const newest = this.log.entry(this.log.newest() ?? 0);
    const head = newest ? sha256(entryText(newest)) : (meta.head ?? sha256(genesisText(meta.site.id)));
    const state = emptyState(meta.site, meta.epoch, head);
    state.version = Math.max(meta.version, newest?.version ?? 0);
    state.archived = meta.archived;
    state.floor = meta.floor;
    state.attentionDropped = meta.attentionDropped ?? false;
    state.settingsAt = meta.settingsAt ?? 0;
    state.settingsSaved = meta.settingsSaved ?? 0;
    state.settingsChanges = meta.settingsChanges ?? [];
    for (const { record } of this.#sql.exec<{ record: string }>('SELECT record FROM car')) {
      const { car, writes } = unpackRecord(record);
      state.cars.set(car.id, { car, writes });
      if (!car.removed) state.live++;
    }
    for (const device of this.#devices.load()) state.devices.set(device.id, device);
    this.#loadPeople(state);
    this.#loadAttention(state);
    return state;
  }

  create(): void {
    this.#take(LAYOUTS);
  }

  /** Brings what an earlier version made to the present layout; an empty storage stays empty. */
  upgrade(): void {
    const layout = this.#layout();
    if (layout > 0 && layout < LAYOUTS.length) this.#take(LAYOUTS.slice(layout));
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
        sql.exec(
          `INSERT OR REPLACE INTO session (hash, person, name, role, expires_at, revoked)
           VALUES (?, ?, ?, ?, ?, ?)`,
          ...values,
        );
        return;
      }
      case 'delete-session':
        sql.exec('DELETE FROM session WHERE hash = ?', effect.hash);
        return;
      case 'put-name':
        sql.exec('INSERT OR REPLACE INTO name VALUES (?, ?)', effect.person, effect.name);
        return;
      case 'delete-name':
        sql.exec('DELETE FROM name WHERE person = ?', effect.person);
        return;
      case 'put-item': {
        const { edit, outcome } = effect.item;
        const values = [edit.id, outcome.at, JSON.stringify(effect.item)];
        sql.exec('INSERT OR REPLACE INTO attention VALUES (?, ?, ?)', ...values);
        return;
      }
      case 'settle-item':
        sql.exec('INSERT OR REPLACE INTO attention VALUES (?, ?, NULL)', effect.id, effect.at);
        return;
      case 'delete-item':
        sql.exec('DELETE FROM attention WHERE id = ?', effect.id);
        return;
      case 'put-meta': {
        const meta = metaOf(effect.meta);
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

  #take(steps: readonly string[]): void {
    for (const step of steps) this.#sql.exec(step);
    this.#sql.exec("INSERT OR REPLACE INTO meta VALUES ('layout', ?)", String(LAYOUTS.length));
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
    // Nothing says when each was admitted or revoked.
    for (const row of this.#sql.exec<Row>('SELECT * FROM session ORDER BY expires_at, hash')) {
      const { hash, person, name, expires_at: expiresAt, revoked } = row;
      const role = ROLES.find((known) => known === row.role) ?? 'viewer';
      state.sessions.set(hash, { hash, person, name, role, expiresAt, revoked: revoked !== 0 });
    }
    for (const { person, name } of this.#sql.exec<{ person: string; name: string }>('SELECT * FROM name')) {
      state.names.set(person, name);
    }
  }

  #loadAttention(state: SiteState): void {
    type Row = { id: string; at: number; item: string | null };
    for (const { id, at, item } of this.#sql.exec<Row>('SELECT * FROM attention ORDER BY at, id')) {
      if (item === null) state.settled.set(id, at);
      else state.attention.set(id, JSON.parse(item));
    }
  }

  /** How many of the steps this storage has been taken through. */
  #layout(): number {
    const [table] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray();
    if (!table) return 0;
    // The first layout did not say which it was.
    return Number(this.#text("SELECT value AS text FROM meta WHERE key = 'layout'") ?? 1);
  }

  #text(query: string, ...values: (string | number)[]): string | null {
    return this.#sql.exec<{ text: string }>(query, ...values).toArray()[0]?.text ?? null;
  }
}
