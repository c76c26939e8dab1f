import type { CarFields, CarView } from './car.ts';
import type { HistoryEntry } from './history.ts';
import type { Conflict } from './outcome.ts';
import type { BadRow } from './roster.ts';
import type { InvitedRole } from './seats.ts';
import type { SecurityEntry } from './security.ts';
import type { SessionView } from './session.ts';
import type { Role, Site, TokenRole } from './site.ts';

/** What the HTTP routes answer with. Requests are in `bodies.ts`, refusals in `errors.ts`. */

export interface Health {
  status: 'ok';
  /** Of the build. */
  version: string;
  protocol: number;
}

/** `GET /api/me`, and the answer to `login`. */
export interface Me {
  /** A device nobody has signed in on, or a screen on a wall, is itself who is here. */
  kind: 'person' | 'device' | 'wall';
  person: { id: string; name: string; email: string | null };
  sites: { id: string; name: string; role: Role }[];
  /** The enrolled device that asks. One that is shared is everybody's: people come and go on it by their PIN. */
  device: { id: string; name: string; shared: boolean } | null;
}

/** `POST …/walls`: a screen on a wall, and the token it starts with, told this once. */
export interface WallMade {
  wall: { id: string; name: string };
  token: string;
}

/** `POST /api/setup` */
export interface SetupDone {
  site: { id: string };
}

/** `GET /api/sites` */
export interface Sites {
  sites: (Site & { role: Role })[];
}

/** `GET /api/overview`: the sites the caller leads, by name, as the archive has them. */
export interface Overview {
  sites: SiteOverview[];
  /** So many more come after all of these. */
  more: number;
}

export interface SiteOverview {
  id: string;
  name: string;
  timeZone: string;
  role: Role;
  /** Cars that each filter of the board would show: a late car is expected or arrived as well. */
  counts: { expected: number; late: number; arrived: number; empty: number };
  /** The archive has the site as of this version, and this time in hub milliseconds; null where its hub has not begun. */
  version: number;
  at: number | null;
}

/** `GET …/cars` */
export interface Cars {
  epoch: string;
  version: number;
  cars: CarView[];
}

/** A row of a roster against the board: what importing it would do, or did. */
export interface RowResult {
  /** Line of the file, the header being line 1. */
  line: number;
  car: string;
  result: 'new' | 'changed' | 'unchanged' | 'conflict';
  /** Only the values that would change. */
  changes?: Partial<CarFields>;
}

/** `POST …/cars/import`, dry or not. Applied where `version` is there. */
export interface ImportResult {
  dryRun: boolean;
  counts: { new: number; changed: number; unchanged: number; bad: number; conflict: number; removed: number };
  rows: RowResult[];
  bad: BadRow[];
  /** Cars that `replace` removes because no row names them. */
  removed: string[];
  conflicts: Conflict[];
  /** The board's version the dry run was made against; hand it back as `?base=` when applying. */
  base: number;
  /** The version the import became; null where it changed nothing, or was dry. */
  version: number | null;
}

/** What is wrong with an archived entry. */
export type Alteration =
  /** It is not the one that was written: a field of it, or its place. */
  | 'altered'
  /** It is not there, nor are those down to `since`. */
  | 'missing'
  /** The hub has not written it. */
  | 'ahead'
  /** It is as it was written; what it is found by is not. */
  | 'index'
  /** Its cars, where they take rows of their own: one too few, too many, or no such row. */
  | 'parts'
  /** It is listed under a car it says nothing of, or not under one it does. */
  | 'cars';

/** `GET …/history/verify`: a page of the archive, from the newest entry down. */
export type Verification =
  | {
      ok: true;
      /** Entries on this page, from version `from` to `to`. */
      checked: number;
      from: number;
      to: number;
      /** When the hub last wrote to the archive, in hub milliseconds; null if never. */
      at: number | null;
      /** What to ask the next page with; null at the beginning of the chain. Older entries than `from` carry no hash. */
      next: { before: number; expect: string } | null;
    }
  | {
      ok: false;
      /** Entries above it on this page that are as they were written. */
      checked: number;
      version: number;
      reason: Alteration;
      since?: number;
      /** What is stored of it, where anything is. */
      entry?: { at: number; name: string };
    };

/** `GET …/history` */
export interface History {
  entries: HistoryEntry[];
  /** The version to ask `before` for the next page; null at the end. */
  next: number | null;
  /** The archive cannot be read now: only what the hub holds is here. */
  delayed: boolean;
}

/** `GET …/people` */
export interface People {
  /** By name. */
  people: {
    id: string;
    name: string;
    email: string | null;
    role: Role;
    /** When they joined. */
    since: number;
  }[];
  /** Those nobody has used yet, the oldest first. */
  invitations: {
    id: string;
    role: InvitedRole;
    /** Whom it is meant for, where that was said. */
    name: string | null;
    /** Person id of who made it. */
    by: string;
    createdAt: number;
    expiresAt: number;
  }[];
}

/** `POST …/invitations` */
export interface Invited {
  id: string;
  /** What the link carries in its fragment; said here and nowhere again. */
  token: string;
  expiresAt: number;
}

/** `POST /api/invitations/look`: what whoever holds the link is told of it. */
export interface Invitation {
  site: { name: string };
  role: InvitedRole;
  name: string | null;
  by: { name: string };
  expiresAt: number;
}

/** `POST /api/invitations/accept` */
export interface Joined extends Me {
  /** The site the invitation was for. */
  site: { id: string };
  /** Where it was by a PIN, as after signing in by one. */
  grant?: string;
}

/** `GET /api/device/people`: who can sign in by PIN on the device that asks. */
export interface DevicePeople {
  /** By name. */
  people: {
    id: string;
    name: string;
    /** How long the PIN is. */
    digits: number;
  }[];
}

/** `POST /api/auth/pin` and `POST /api/auth/pin/offline` */
export interface PinSignedIn extends Me {
  /**
   * Signs the person in on this device once more, as long as this PIN is theirs. For keeping under the PIN, so that it
   * can be looked at while the hub is out of reach.
   */
  grant: string;
}

/** `POST /api/auth/pin/change`. Grants of the PIN before are void. */
export interface PinChanged {
  expiresAt: number;
  /** For the device that asks; null where it is not an enrolled one. */
  grant: string | null;
}

/** `POST …/people/:person/pin`: a PIN that has to be changed when it is first used. */
export interface PinMade {
  /** Said here and nowhere again. */
  pin: string;
  expiresAt: number;
}

/** `GET …/fleet`: the devices of a site. */
export interface Fleet {
  version: number;
  /** Hub milliseconds now. */
  at: number;
  /** The one heard of last comes first. */
  devices: FleetDevice[];
  /** So many more were heard of before all of these. */
  more: number;
}

export interface FleetDevice {
  /** Tells it from the others. Not its id, which is its secret. */
  device: string;
  /** Who uses it, as far as it has said. */
  person: { id: string; name: string } | null;
  /** Version of its app. */
  app: string | null;
  /** One of protocol 1 cannot say what it holds. */
  protocol: number;
  connected: boolean;
  /** Everything up to this version is stored on it, by its own word. */
  acked: number;
  /** Versions it has not said it has stored. */
  lag: number;
  /** When the first of those was made, in hub milliseconds; null where there is none, or it was too long ago. */
  behindSince: number | null;
  /** Edits of its person that the hub has not answered. */
  held: number;
  /** Edits of other people that wait on it for them. */
  waiting: { person: string; name: string; edits: number }[];
  /** When anything was last heard of it, in hub milliseconds. */
  heardAt: number;
  /** When it last said what it has stored and what it holds. */
  saidAt: number;
}

/** `POST …/roll-call`: every device has been asked, at this time (hub milliseconds) and version. */
export interface RollCall {
  at: number;
  version: number;
}

/** A token of a site, for scripts and gates. What opens with it is not here. */
export interface Token {
  /** Stands for a person's id in the history. */
  id: string;
  name: string;
  role: TokenRole;
  /** Who made it, and whether they still belong to the site. */
  madeBy: { id: string; name: string; isHere: boolean };
  madeAt: number;
  /** When it was used last, to the hour; null where it never was. */
  usedAt: number | null;
  expiresAt: number;
}

/** `GET …/tokens`: those that have not been ended, the newest first. */
export interface Tokens {
  /** Server milliseconds now: what ends before has expired. */
  at: number;
  tokens: Token[];
}

/** `POST …/tokens`: the only time that anybody sees the secret. */
export interface TokenMade {
  token: Token;
  secret: string;
}

/** `POST /api/enrolments`: what a new device shows, and what it keeps to itself. */
export interface Enrolment {
  /** Six digits, which a lead types. */
  code: string;
  /** What it claims with. Said here and nowhere again. */
  secret: string;
  expiresAt: number;
}

/** `POST /api/enrolments/claim`: nobody has said yes yet; else who is here now. */
export type Claimed = { pending: true } | Me;

/** A device or wall of a site. */
export interface EnrolledDevice {
  /** Stands for a person's id wherever there is one. */
  id: string;
  name: string;
  kind: 'device' | 'wall';
  /** Whose phone it is; null: everybody's. */
  owner: { id: string; name: string } | null;
  /** Who enrolled it, and whether they still belong to the site. */
  madeBy: { id: string; name: string; isHere: boolean };
  madeAt: number;
  /** Its browser, and the place the network told, when it was enrolled. */
  agent: string | null;
  place: string | null;
  /** When it was used last, to the hour. */
  usedAt: number;
  /** When it ends unless it is used before. */
  endsAt: number;
}

/** `GET …/devices`: those that nobody has ended, by name. */
export interface EnrolledDevices {
  /** Server milliseconds now: what ends before has ended by itself. */
  at: number;
  devices: EnrolledDevice[];
}

/** `GET /api/sessions`: where somebody is signed in, the one used last first. */
export interface Sessions {
  sessions: SessionView[];
}

/** `GET …/people/:person/sessions` */
export interface SessionsOf extends Sessions {
  person: { id: string; name: string };
}

/** `POST …/people/:person/reset` */
export interface ResetMade {
  /** For a link, in its fragment. Not to be had again. */
  token: string;
  expiresAt: number;
}

/** `GET …/security` */
export interface SecurityLog {
  entries: SecurityEntry[];
  /** What to ask `before` for the next page; null at the end. */
  next: number | null;
}
