import type { Cars, Fleet, ImportResult, RollCall } from './protocol/api.ts';
import type { SiteChangeBody } from './protocol/bodies.ts';
import type { Car, CarView } from './protocol/car.ts';
import type { ImportMode, Intent } from './protocol/edit.ts';
import type { Refusal } from './protocol/errors.ts';
import type { HistoryEntry, LogEntry } from './protocol/history.ts';
import type { CatchUp, SyncRequest, SyncResponse } from './protocol/messages.ts';
import type { Outcome } from './protocol/outcome.ts';
import type { RosterRow } from './protocol/roster.ts';
import type { Principal, Role, Settings, Site } from './protocol/site.ts';

/**
 * Where the parts of the Worker meet. The routes see a hub as `HubApi`; a hub sees D1 as `Directory` and
 * `Archive`. `index.ts` puts the real ones in; tests put in faulty ones.
 */

/** The header that names the caller's session to a hub which is given a WebSocket. Nothing from outside reaches it. */
export const SESSION_HEADER = 'x-yardboard-session';

export type Answer<T> = { ok: true; value: T } | Refusal;

/** What the hub offers to the routes over RPC. `session` is the hash of the caller's session secret. */
export interface HubApi {
  cars(session: string): Promise<Answer<Cars>>;
  car(session: string, id: string): Promise<Answer<CarView>>;
  /** What C3 says since a version; a snapshot where `epoch` is given and is another. */
  changes(session: string, since: number, epoch: string | null): Promise<Answer<CatchUp>>;
  sync(session: string, request: SyncRequest): Promise<Answer<SyncResponse>>;
  /** One edit of a device of its own, judged as of now, or as of `base`. */
  edit(session: string, intent: Intent, options: EditOptions): Promise<Answer<EditDone>>;
  /** Rows already parsed off the hub; locations and differences are judged here. */
  importRoster(session: string, request: ImportRequest): Promise<Answer<ImportResult>>;
  /** The newest entries the hub still holds, and which versions those cover. */
  historyTail(session: string, query: HistoryQuery): Promise<Answer<HistoryTail>>;
  /**
   * The version and hash that the archive must have: as of the hub's mark, or of `newest`, the version found there, where
   * that is further and the hub's.
   */
  anchor(session: string, newest: number | null): Promise<Answer<Anchor>>;
  /** The devices of the site; for leads. */
  fleet(session: string): Promise<Answer<Fleet>>;
  /** Asks every device where it is; for leads. */
  rollCall(session: string): Promise<Answer<RollCall>>;
  /** Ends sessions here: their sockets close, nothing they send after is applied (rule I3). */
  revoke(sessions: readonly string[]): Promise<void>;
  /**
   * A person's role on the site is another one now, or null: they belong to it no more. Their sockets close, and what
   * they send after is judged by it (rule I3).
   */
  seat(person: string, role: Role | null): Promise<void>;
  /** A person, or a device, is called something else now. Whoever is on the site is told. */
  rename(person: string, name: string): Promise<void>;
  /** Changes name, time zone, locations or shifts; for admins. Whoever is on the site is told. */
  configure(session: string, change: SiteChangeBody): Promise<Answer<Settings>>;
}

/** The counter of attempts under one key, as the routes see it. Each method is an RPC call. */
export interface AttemptApi {
  /** Counts one attempt, at most `max` in `windowMs` from the first. */
  take(max: number, windowMs: number): Promise<Turn>;
  /** Takes one back that was none. */
  giveBack(): Promise<void>;
  /** As if there had been none. */
  forget(): Promise<void>;
}

/** The same object under a key that PINs are counted under: one person's on one device. */
export interface PinLockApi {
  /** Counts a PIN before it is looked at. */
  takePin(): Promise<PinTurn>;
  /** Takes one back that nobody has looked at. */
  giveBackPin(): Promise<void>;
}

export type PinTurn =
  | {
      ok: true;
      /** What comes next if it is wrong: another one at once, after a wait, or a lead. */
      ifWrong: 'none' | 'wait' | 'lead';
    }
  | { ok: false; code: 'pin-locked'; seconds: number }
  | { ok: false; code: 'pin-blocked' };

export type Turn =
  | { ok: true }
  | {
      ok: false;
      /** Until the window ends. */
      seconds: number;
      /** None has been refused before in this window. */
      isFirst: boolean;
    };

export interface EditOptions {
  /** `If-Match`: refuse with `car-changed` unless the car is at this version. */
  ifMatch?: number;
  /** `Idempotency-Key`: the same key of the same person gets the same answer again. */
  key?: string;
}

export interface EditDone {
  outcome: Outcome;
  /** The car as it is now; null where there is none. */
  car: CarView | null;
}

export interface ImportRequest {
  rows: RosterRow[];
  bad: ImportResult['bad'];
  mode: ImportMode;
  dryRun: boolean;
  /** The version of the dry run this goes back to; what changed since then conflicts. As of now where left out. */
  base?: number;
  key?: string;
}

export interface HistoryQuery {
  car?: string;
  person?: string;
  /** Hub milliseconds, inclusive. */
  from?: number;
  to?: number;
  /** Only versions below this one. */
  before?: number;
  limit: number;
}

/** The hub's word on its log: the entry of this version has this hash. Null where it cannot say. */
export interface Anchor {
  version: number;
  hash: string | null;
}

export interface HistoryTail {
  /** Newest first, at most `limit`. */
  entries: HistoryEntry[];
  /** The tail holds every version above this one; the archive has the rest. */
  below: number;
  names: Record<string, string>;
}

/** The directory in D1, as a hub asks it. */
export interface Directory {
  site(site: string): Promise<Site | null>;
  /** Who a session is on a site; null where it is unknown, ended, or not a member's. */
  member(session: string, site: string): Promise<Membership | null>;
  /** Those of `people` who belong to the site now. */
  members(site: string, people: readonly string[]): Promise<string[]>;
}

export interface Membership extends Principal {
  /** When the session ends, in hub milliseconds. */
  expiresAt: number;
}

/** The archive in D1, as a hub writes and, with its own storage lost, reads it. */
export interface Archive {
  /**
   * What there is of a site. With `begins`: for an epoch that begins now, so that nothing is taken any more that an
   * epoch before it had still on its way (rule A1).
   */
  load(site: string, begins?: Beginning): Promise<Archived | null>;
  /** Idempotent (rules A1, A2): may be repeated after any failure, in whole. */
  save(checkpoint: Checkpoint): Promise<void>;
}

export interface Beginning {
  epoch: string;
  /** Hub milliseconds. */
  at: number;
}

export interface Archived {
  epoch: string;
  version: number;
  /** The archive's own cars are as of this version; what its history has beyond it is in `cars` alone. */
  archived: number;
  /** Tombstones included. */
  cars: Car[];
  names: Record<string, string>;
  /** Its newest history entry; left out where it has none. */
  newest?: LogEntry;
}

export interface Checkpoint {
  site: string;
  epoch: string;
  /** The archive is as of this version once it is saved. */
  version: number;
  at: number;
  /** Cars changed since the last checkpoint, tombstones included. */
  cars: Car[];
  /** Cars removed since the last checkpoint whose tombstones the hub has forgotten already: not in `cars`, gone. */
  forgotten: string[];
  /** The hub has forgotten every tombstone below this version; the archive may too. */
  floor: number;
  /** Every log entry since the last checkpoint, in order. */
  entries: LogEntry[];
  /** Names of the people the entries speak of. */
  names: Record<string, string>;
  /** Name, time zone, locations and shifts, for the directory, where it may not have them. */
  settings?: Settings;
}
