import { type Device, packKept, unpackKept } from '../../worker/engine/device.ts';
import type { StorageEffect } from '../../worker/engine/effect.ts';
import {
  emptyState,
  type Log,
  metaOf,
  type Session,
  type SiteMeta,
  type SiteState,
} from '../../worker/engine/state.ts';
import { sha256 } from '../../worker/hash.ts';
import { packRecord, unpackRecord } from '../../worker/hub/record.ts';
import { entryText } from '../../worker/protocol/chain.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';

/**
 * What a hub's storage holds after its effects, as text, without SQLite. Nothing in it shares an object with the
 * engine: what is loaded from here is what a hub would find after a crash. Writes are durable once `flush` is called;
 * `rollBack` takes back those that are not.
 */
export class DurableTwin implements Log {
  readonly cars = new Map<string, string>();
  readonly devices = new Map<string, string>();
  readonly sessions = new Map<string, string>();
  readonly names = new Map<string, string>();
  /** Open items by the id of their edit, and null for those settled. */
  readonly items = new Map<string, { at: number; text: string | null }>();
  readonly #log = new Map<number, string>();
  readonly #byEdit = new Map<string, number>();
  /** Who made each version of the log. */
  readonly #makers = new Map<number, string>();
  /** How to take back each write since the last flush. */
  readonly #undo: (() => void)[] = [];
  #meta: string | null = null;
  #newest = 0;
  #newestHash: string | null = null;
  /** Rows written since the beginning, as a Durable Object bills them. */
  rowsWritten = 0;

  run(effect: StorageEffect): void {
    this.rowsWritten++;
    switch (effect.type) {
      case 'put-car':
        this.#put(this.cars, effect.record.car.id, packRecord(effect.record));
        return;
      case 'delete-car':
        this.#delete(this.cars, effect.id);
        return;
      case 'append':
        this.#append(effect.entry);
        return;
      case 'prune':
        this.#prune(effect.upTo);
        return;
      case 'put-device':
        this.#put(this.devices, effect.device.id, deviceText(effect.device));
        return;
      case 'delete-device':
        this.#delete(this.devices, effect.id);
        return;
      case 'put-session':
        this.#put(this.sessions, effect.session.hash, JSON.stringify(effect.session));
        return;
      case 'delete-session':
        this.#delete(this.sessions, effect.hash);
        return;
      case 'put-name':
        this.#put(this.names, effect.person, effect.name);
        return;
      case 'delete-name':
        this.#delete(this.names, effect.person);
        return;
      case 'put-item': {
        const { edit, outcome } = effect.item;
        this.#put(this.items, edit.id, { at: outcome.at, text: JSON.stringify(effect.item) });
        return;
      }
      case 'settle-item':
        this.#put(this.items, effect.id, { at: effect.at, text: null });
        return;
      case 'delete-item':
        this.#delete(this.items, effect.id);
        return;
      case 'put-meta': {
        const before = this.#meta;
        this.#undo.push(() => {
          this.#meta = before;
        });
        this.#meta = JSON.stringify(metaOf(effect.meta));
        return;
      }
      case 'put-answer':
        return;
      default:
        effect satisfies never;
    }
  }

  /** All there is now outlives a crash. */
  flush(): void {
    this.#undo.length = 0;
  }

  /** A crash: what was not flushed has never been written. Says how many writes that were. */
  rollBack(): number {
    const count = this.#undo.length;
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo();
    return count;
  }

  get isFlushed(): boolean {
    return this.#undo.length === 0;
  }

  /** A state made of nothing but what was stored. */
  load(): SiteState {
    const meta: SiteMeta = this.meta;
    const state = emptyState(meta.site, meta.epoch, this.head);
    state.version = this.version;
    state.archived = meta.archived;
    state.floor = meta.floor;
    state.attentionDropped = meta.attentionDropped;
    state.settingsAt = meta.settingsAt;
    state.settingsSaved = meta.settingsSaved;
    state.settingsChanges = meta.settingsChanges;
    for (const text of inOrder(this.cars)) {
      const record = unpackRecord(text);
      state.cars.set(record.car.id, record);
      if (!record.car.removed) state.live++;
    }
    for (const text of inOrder(this.devices)) {
      const device = deviceOf(text);
      state.devices.set(device.id, device);
    }
    const sessions = inOrder(this.sessions).map((text): Session => JSON.parse(text));
    for (const session of sessions.sort((a, b) => a.expiresAt - b.expiresAt)) {
      state.sessions.set(session.hash, session);
    }
    for (const [person, name] of this.names) state.names.set(person, name);
    for (const [id, { at, text }] of [...this.items].sort(([, a], [, b]) => a.at - b.at)) {
      if (text === null) state.settled.set(id, at);
      else state.attention.set(id, JSON.parse(text));
    }
    return state;
  }

  /** False where nothing was ever stored. */
  get isBorn(): boolean {
    return this.#meta !== null;
  }

  get meta(): SiteMeta {
    if (this.#meta === null) throw new Error('nothing was ever stored');
    return JSON.parse(this.#meta);
  }

  /** As a hub finds it: the log has the newest version, the meta row has it where the log is empty. */
  get version(): number {
    return Math.max(this.meta.version, this.#newest);
  }

  /** As a hub finds it: the hash of the newest entry as it is stored. */
  get head(): string {
    return this.#newestHash ?? this.meta.head;
  }

  /** Entries above a version, oldest first, as the hub's own log gives them to a checkpoint. */
  since(version: number, limit: number): LogEntry[] {
    const entries: LogEntry[] = [];
    // An epoch's log may begin far above it.
    for (let next = version + 1; next <= this.#newest && entries.length < limit; next++) {
      const entry = this.entry(next);
      if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Entries above a version and up to another, oldest first. */
  entriesSince(version: number, upTo = this.#newest): LogEntry[] {
    const entries: LogEntry[] = [];
    for (let next = version + 1; next <= Math.min(upTo, this.#newest); next++) {
      const entry = this.entry(next);
      if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Makes the log one of a hub that did not chain its entries yet. */
  unchain(): void {
    for (const version of this.#log.keys()) {
      const { prev: _, ...entry } = this.entry(version)!;
      this.#log.set(version, JSON.stringify(entry));
      if (version === this.#newest) this.#newestHash = sha256(entryText(entry));
    }
  }

  entry(version: number): LogEntry | undefined {
    const text = this.#log.get(version);
    return text === undefined ? undefined : JSON.parse(text);
  }

  entryOf(device: string, seq: number): LogEntry | undefined {
    const version = this.#byEdit.get(`${device} ${seq}`);
    return version === undefined ? undefined : this.entry(version);
  }

  countBy(person: string, version: number): number {
    let count = 0;
    for (const [made, by] of this.#makers) if (made > version && by === person) count++;
    return count;
  }

  people(): Iterable<string> {
    return new Set(this.#makers.values());
  }

  #append(entry: LogEntry): void {
    const { version, device, seq } = entry;
    if (this.#log.has(version)) throw new Error(`V1: version ${version} was used twice`);
    // A device that was forgotten at the cap begins again at seq 1.
    const before = this.devices.has(device) ? this.entryOf(device, seq) : undefined;
    if (before) throw new Error(`E2: seq ${seq} of ${device} took effect twice`);
    const text = JSON.stringify(entry);
    this.#put(this.#log, version, text);
    this.#put(this.#byEdit, `${device} ${seq}`, version);
    this.#put(this.#makers, version, entry.by);
    const [newest, newestHash] = [this.#newest, this.#newestHash];
    this.#undo.push(() => {
      this.#newest = newest;
      this.#newestHash = newestHash;
    });
    this.#newestHash = sha256(entryText(JSON.parse(text)));
    this.#newest = version;
  }

  #put<K, V>(table: Map<K, V>, key: K, value: V): void {
    this.#remember(table, key);
    table.set(key, value);
  }

  #delete<K, V>(table: Map<K, V>, key: K): void {
    this.#remember(table, key);
    table.delete(key);
  }

  #remember<K, V>(table: Map<K, V>, key: K): void {
    const before = table.get(key);
    this.#undo.push(() => {
      if (before === undefined) table.delete(key);
      else table.set(key, before);
    });
  }

  #prune(upTo: number): void {
    this.rowsWritten--;
    for (const version of [...this.#log.keys()]) {
      if (version > upTo) continue;
      const { device, seq } = this.entry(version)!;
      this.#delete(this.#byEdit, `${device} ${seq}`);
      this.#delete(this.#makers, version);
      this.#delete(this.#log, version);
      this.rowsWritten++;
    }
  }
}

/** As SQLite gives them: by their keys. */
function inOrder(rows: ReadonlyMap<string, string>): string[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

/** The inverse of `deviceText`. */
export function deviceOf(text: string): Device {
  const { kept, ...device } = JSON.parse(text);
  const { heardAt, standing } = device;
  return { ...device, kept: unpackKept(kept, device.seq), written: { heardAt, standing } };
}

/** A device's row, the kept outcomes packed as the hub's storage packs them. */
export function deviceText(device: Device): string {
  const { id, seq, seen, heardAt, standing } = device;
  return JSON.stringify({ id, seq, seen, heardAt, standing, kept: packKept(device) });
}
