import { type Device, packKept, unpackKept } from '../../worker/engine/device.ts';
import type { StorageEffect } from '../../worker/engine/effect.ts';
import { emptyState, type Log, type Session, type SiteState } from '../../worker/engine/state.ts';
import { packRecord, unpackRecord } from '../../worker/hub/record.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';

type Meta = Pick<SiteState, 'site' | 'epoch' | 'version' | 'archived' | 'floor'>;

/**
 * What a hub's storage holds after its effects, as text, without SQLite. Nothing in it shares an object with the
 * engine: what is loaded from here is what a hub would find after a crash.
 */
export class DurableTwin implements Log {
  readonly cars = new Map<string, string>();
  readonly devices = new Map<string, string>();
  readonly sessions = new Map<string, string>();
  readonly names = new Map<string, string>();
  readonly #log = new Map<number, string>();
  readonly #byEdit = new Map<string, number>();
  #meta: string | null = null;
  #newest = 0;
  /** Rows written since the beginning, as a Durable Object bills them. */
  rowsWritten = 0;

  run(effect: StorageEffect): void {
    this.rowsWritten++;
    switch (effect.type) {
      case 'put-car':
        this.cars.set(effect.record.car.id, packRecord(effect.record));
        return;
      case 'delete-car':
        this.cars.delete(effect.id);
        return;
      case 'append':
        this.#append(effect.entry);
        return;
      case 'prune':
        this.#prune(effect.upTo);
        return;
      case 'put-device':
        this.devices.set(effect.device.id, deviceText(effect.device));
        return;
      case 'delete-device':
        this.devices.delete(effect.id);
        return;
      case 'put-session':
        this.sessions.set(effect.session.hash, JSON.stringify(effect.session));
        return;
      case 'delete-session':
        this.sessions.delete(effect.hash);
        return;
      case 'put-name':
        this.names.set(effect.person, effect.name);
        return;
      case 'put-meta': {
        const { site, epoch, version, archived, floor } = effect.meta;
        this.#meta = JSON.stringify({ site, epoch, version, archived, floor } satisfies Meta);
        return;
      }
      case 'put-answer':
        return;
      default:
        effect satisfies never;
    }
  }

  /** A state made of nothing but what was stored. */
  load(): SiteState {
    const meta: Meta = this.meta;
    const state = emptyState(meta.site, meta.epoch);
    state.version = this.version;
    state.archived = meta.archived;
    state.floor = meta.floor;
    for (const text of this.cars.values()) {
      const record = unpackRecord(text);
      state.cars.set(record.car.id, record);
      if (!record.car.removed) state.live++;
    }
    for (const text of this.devices.values()) {
      const device = deviceOf(text);
      state.devices.set(device.id, device);
    }
    for (const text of this.sessions.values()) {
      const session: Session = JSON.parse(text);
      state.sessions.set(session.hash, session);
    }
    for (const [person, name] of this.names) state.names.set(person, name);
    return state;
  }

  get meta(): Meta {
    if (this.#meta === null) throw new Error('nothing was ever stored');
    return JSON.parse(this.#meta);
  }

  /** As a hub finds it: the log has the newest version, the meta row has it where the log is empty. */
  get version(): number {
    return Math.max(this.meta.version, this.#newest);
  }

  /** Entries above a version, oldest first. */
  entriesSince(version: number): LogEntry[] {
    const entries: LogEntry[] = [];
    for (let next = version + 1; next <= this.#newest; next++) {
      const entry = this.entry(next);
      if (entry) entries.push(entry);
    }
    return entries;
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
    return this.entriesSince(version).filter(({ by }) => by === person).length;
  }

  #append(entry: LogEntry): void {
    const { version, device, seq } = entry;
    if (this.#log.has(version)) throw new Error(`V1: version ${version} was used twice`);
    // A device that was forgotten at the cap begins again at seq 1.
    const before = this.devices.has(device) ? this.entryOf(device, seq) : undefined;
    if (before) throw new Error(`E2: seq ${seq} of ${device} took effect twice`);
    this.#log.set(version, JSON.stringify(entry));
    this.#byEdit.set(`${device} ${seq}`, version);
    this.#newest = version;
  }

  #prune(upTo: number): void {
    this.rowsWritten--;
    for (const version of [...this.#log.keys()]) {
      if (version > upTo) continue;
      const { device, seq } = this.entry(version)!;
      this.#byEdit.delete(`${device} ${seq}`);
      this.#log.delete(version);
      this.rowsWritten++;
    }
  }
}

/** The inverse of `deviceText`. */
export function deviceOf(text: string): Device {
  const { kept, ...device } = JSON.parse(text);
  return { ...device, kept: unpackKept(kept, device.seq) };
}

/** A device's row, the kept outcomes packed as the hub's storage packs them. */
export function deviceText(device: Device): string {
  const { id, seq, seen, heardAt } = device;
  return JSON.stringify({ id, seq, seen, heardAt, kept: packKept(device) });
}
