import type { AttentionItem } from '../protocol/attention.ts';
import { type Car, type CarReader, GROUPS, type Group } from '../protocol/car.ts';
import type { Hash } from '../protocol/chain.ts';
import type { LogEntry } from '../protocol/history.ts';
import type { Role, SettingsChange, Site } from '../protocol/site.ts';
import type { Device } from './device.ts';

/** An open item as the hub keeps it. */
export interface ListedItem extends AttentionItem {
  /** Who takes up its room, where that is not its author: whoever reported it, or pushed it for another. */
  by?: string;
}

/** Who last wrote a group of fields, as which version: all that conflict detection needs. */
export interface Write {
  version: number;
  device: string;
  by: string;
  at: number;
}

export interface CarRecord {
  car: Car;
  writes: Record<Group, Write>;
}

/** A session the hub has admitted: it comes back without the directory. */
export interface Session {
  hash: string;
  person: string;
  name: string;
  role: Role;
  /** Hub milliseconds. */
  expiresAt: number;
  /** A tombstone: nothing of this session is taken any more. */
  revoked: boolean;
}

/** Everything durable about a site. Rebuilt from storage at any time; changed only together with it. */
export interface SiteState {
  site: Site;
  epoch: string;
  version: number;
  /** Hash of the newest log entry, which the next one carries (rule A1). Derived: no row is written for it. */
  head: string;
  /** Versions up to this one are in the archive. */
  archived: number;
  /** The newest version of a tombstone that was forgotten: replicas behind it need a snapshot (rule C3). */
  floor: number;
  cars: Map<string, CarRecord>;
  /** How many of `cars` are on the board; the others are tombstones. */
  live: number;
  devices: Map<string, Device>;
  sessions: Map<string, Session>;
  /** Names of those who have been here, by person id (see `learnName`). */
  names: Map<string, string>;
  /** Open items by the id of their edit, oldest first. */
  attention: Map<string, ListedItem>;
  /** Ids of those settled last, and when (hub milliseconds). */
  settled: Map<string, number>;
  /** Open items have gone for want of room: one that is not listed may be open still. */
  attentionDropped: boolean;
  /** When name, time zone, locations or shifts were last changed here, in hub milliseconds; 0 for never. */
  settingsAt: number;
  /** The directory has them as of then. */
  settingsSaved: number;
  /** What has been changed since. Replaced, never changed. */
  settingsChanges: readonly SettingsChange[];
}

/** What of a state is stored as one: what does not follow from its cars, its log and the rest. */
export type SiteMeta = Pick<
  SiteState,
  | 'site'
  | 'epoch'
  | 'version'
  | 'head'
  | 'archived'
  | 'floor'
  | 'attentionDropped'
  | 'settingsAt'
  | 'settingsSaved'
  | 'settingsChanges'
>;

export function metaOf({
  site,
  epoch,
  version,
  head,
  archived,
  floor,
  attentionDropped,
  settingsAt,
  settingsSaved,
  settingsChanges,
}: SiteMeta): SiteMeta {
  return {
    site,
    epoch,
    version,
    head,
    archived,
    floor,
    attentionDropped,
    settingsAt,
    settingsSaved,
    settingsChanges,
  };
}

/** The hub's log, read where it lies: it is not held in memory. */
export interface Log {
  entry(version: number): LogEntry | undefined;
  /** The entry of a device's edit, where it is still kept. */
  entryOf(device: string, seq: number): LogEntry | undefined;
  /** How many versions above `version` a person has made. */
  countBy(person: string, version: number): number;
  /** Who made the versions that are kept. */
  people(): Iterable<string>;
}

/** What the engine is handed with every event: nothing in it reads a clock or makes a random number. */
export interface Env {
  /** Hub milliseconds. */
  now: number;
  log: Log;
  hash: Hash;
}

/** The state of a site nobody has written to. `head` is that of the log it goes on with. */
export function emptyState(site: Site, epoch: string, head: string): SiteState {
  return {
    site,
    epoch,
    version: 0,
    head,
    archived: 0,
    floor: 0,
    cars: new Map(),
    live: 0,
    devices: new Map(),
    sessions: new Map(),
    names: new Map(),
    attention: new Map(),
    settled: new Map(),
    attentionDropped: false,
    settingsAt: 0,
    settingsSaved: 0,
    settingsChanges: [],
  };
}

/** The cars of a state, as `apply` reads them. */
export function readerOf(state: SiteState): CarReader {
  return {
    get: (id) => state.cars.get(id)?.car,
    *values() {
      for (const { car } of state.cars.values()) yield car;
    },
  };
}

/** The same write for every group: how a car begins. */
export function writesOf(write: Write): Record<Group, Write> {
  return Object.fromEntries(GROUPS.map((group) => [group, write])) as Record<Group, Write>;
}
