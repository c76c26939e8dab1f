import type { AttentionItem, OpenItems, ReportedItem } from './attention.ts';
import type { Edit } from './edit.ts';
import type { ErrorCode } from './errors.ts';
import type { Outcome } from './outcome.ts';
import type { CarRow } from './row.ts';
import type { Principal, Role, Site } from './site.ts';
import type { Snapshot } from './snapshot.ts';

/** The protocol this build speaks. The hub also serves the one before. */
export const PROTOCOL = 2;
export const PROTOCOLS_SERVED: readonly number[] = [PROTOCOL, PROTOCOL - 1];

/** The keep-alive: these four letters and not JSON, so that the runtime answers without waking the hub (H1). */
export const PING = 'ping';
export const PONG = 'pong';

/** What a socket takes. All, unless `hello` says which. */
export const TOPICS = ['cars', 'people', 'attention'] as const;
export type Topic = (typeof TOPICS)[number];

/** The first frame on a socket. `epoch` is null and `version` 0 where the device has nothing yet. */
export interface Hello {
  type: 'hello';
  protocol: number;
  device: string;
  epoch: string | null;
  version: number;
  topics?: Topic[] | undefined;
  /** Changes of one version may come as `BriefChanges`. */
  brief?: boolean | undefined;
  /** Version of the app, for those who look after the devices. */
  app?: string | undefined;
  /** Left out where the device holds nothing. */
  holds?: Holding[] | undefined;
}

/** Edits that a device holds for a person and that the hub has not answered. */
export interface Holding {
  /** Person id. */
  person: string;
  edits: number;
}

/** Edits in the order of their `seq`, which follows the last one the hub has answered. */
export interface Push {
  type: 'push';
  edits: Edit[];
}

/** The device has stored everything up to `version`, and the outcomes of its edits up to `seq`. */
export interface Seen {
  type: 'seen';
  version: number;
  seq: number;
  /** As in `hello`, where it has changed since it was last said. */
  holds?: Holding[] | undefined;
}

/** The device has received everything up to `version`, stored or not: it reads (rule H2). */
export interface Ack {
  type: 'ack';
  version: number;
}

/** Items that only this device knows of. Taken once each, by the id of the edit. */
export interface Report {
  type: 'attention';
  items: ReportedItem[];
}

/** Which car the person has open; for presence only. */
export interface Where {
  type: 'where';
  car: string | null;
}

export type UpMessage = Hello | Push | Seen | Where | Ack | Report;

/** Someone on the site. `devices` is 0 once they have left. */
export interface Person {
  id: string;
  name: string;
  role: Role;
  devices: number;
  /** The car they have open, on the device that opened one last. */
  car: string | null;
}

/** What a device needs to be as of `version`: a whole snapshot, or what changed since what it said it has. */
export interface CatchUp {
  epoch: string;
  version: number;
  /** Versions up to this one are in the archive (rule O2). */
  archived: number;
  /** There where the device is new, too old, from another epoch, or ahead (rule C3). */
  snapshot?: Snapshot;
  /** Further parts of a large snapshot that follow in `snapshot` frames. */
  parts?: number;
  /** There otherwise, unless nothing changed. Every row carries its own stamps. */
  changes?: CarRow[];
  /** Names of the people that rows and open items are of. */
  names?: Record<string, string>;
  /** The last seq of this device that the hub has answered. */
  seq: number;
  /** Kept outcomes the device has not said it has seen. Their effect is already in the snapshot or changes. */
  outcomes?: Outcome[];
  /** Open items of the device's person, or of all for those who settle for others. Left out where there are none. */
  attention?: OpenItems;
  /** Hub milliseconds now. */
  now: number;
}

export interface Welcome extends CatchUp {
  type: 'welcome';
  protocol: number;
  you: Principal;
  site: Site;
  people: Person[];
  /** For leads: since when (hub milliseconds) the archive has been waiting, where that is longer than it should. */
  delayedSince?: number;
}

/** A further part of a large snapshot. The device is as of the welcome's version when the last has come. */
export interface SnapshotPart {
  type: 'snapshot';
  part: number;
  snapshot: Snapshot;
}

/** What changed from one version to another. With `by` and `at`: one version, and those are its stamps. */
export interface Changes {
  type: 'changes';
  from: number;
  to: number;
  by?: string;
  at?: number;
  cars: CarRow[];
}

/**
 * `Changes` of one version, by far the most frequent frame, in half the bytes: to, by, at, and for each car its id and
 * what changed. It goes from the version before. Only to those who asked for it in `hello`.
 */
export type BriefChanges = [
  to: number,
  by: string,
  at: number,
  ...cars: [id: string, row: Omit<CarRow, 'id'>][],
];

/** Answers to pushed edits. The sender has been sent everything that was ordered before them. */
export interface Outcomes {
  type: 'outcomes';
  archived: number;
  outcomes: Outcome[];
}

/** Those whose presence has changed. Gathered to one a second. */
export interface People {
  type: 'people';
  people: Person[];
}

/** Items that have been opened, and ids of those that have been settled. After a welcome: those it names, and maybe more frames. */
export interface AttentionNews {
  type: 'attention';
  items: AttentionItem[];
  closed: string[];
}

/** Something the hub tells this device about what it sent, or about the site. */
export type Notice =
  /** A push was refused whole; `seq` is the one the hub expects next. */
  | { type: 'notice'; notice: 'refused'; code: ErrorCode; detail?: string; seq?: number }
  /** Name, time zone, locations or shifts of the site have changed. */
  | { type: 'notice'; notice: 'site'; site: Site }
  /** For leads: since when (hub milliseconds) the archive has been waiting; null once it has all. */
  | { type: 'notice'; notice: 'archive'; delayedSince: number | null }
  /** A lead asks every device where it is: it answers with `seen`, at once. */
  | { type: 'notice'; notice: 'roll-call' }
  /** People whose edits this device holds and who belong to the site no more: their edits are to be handed over. */
  | { type: 'notice'; notice: 'removed'; people: string[] };

export type DownMessage = Welcome | SnapshotPart | Changes | Outcomes | People | AttentionNews | Notice;

/** `POST …/sync`: one exchange of the live protocol over HTTP. */
export interface SyncRequest {
  device: string;
  epoch: string | null;
  version: number;
  edits: Edit[];
  /** As in the `seen` frame. */
  seen?: number | undefined;
  /** As in `hello`. A device that says neither speaks protocol 1. */
  app?: string | undefined;
  holds?: Holding[] | undefined;
  /** As in the `attention` frame. */
  report?: ReportedItem[] | undefined;
}

export interface SyncResponse extends CatchUp {
  outcomes: Outcome[];
  you: Principal;
  site: Site;
  /** As in the notice `removed`; left out where there are none. */
  removed?: string[];
}
