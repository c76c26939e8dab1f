import type { SecurityEvent } from './security.ts';

export const ROLES = ['viewer', 'worker', 'lead', 'admin'] as const;
/** From least to most: each may do what those before it may. */
export type Role = (typeof ROLES)[number];

/** What a token can be: a script is no administrator. */
export const TOKEN_ROLES = ['viewer', 'worker', 'lead'] as const satisfies readonly Role[];
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** A site as its people see it. */
export interface Site {
  id: string;
  name: string;
  /** IANA name; all times of the site are shown in it. */
  timeZone: string;
  /** In the order the board shows them. */
  locations: string[];
  /** In the order they were given; left out where there are none, as by hubs that know of none. */
  shifts?: Shift[];
  /** Names that locations had before; left out where there are none. */
  formerly?: readonly Renaming[];
}

/** A shift of a site's day. */
export interface Shift {
  name: string;
  /** `HH:MM` by the site's clock. One that ends before it starts goes on past midnight. */
  start: string;
  end: string;
}

/** A location has another name now. */
export interface Renaming {
  from: string;
  to: string;
}

/** A site and when it came to be so, in hub milliseconds; 0 where it is as the directory had it. */
export interface Settings {
  site: Site;
  at: number;
  /** What led there, oldest first, as far as the directory may not have recorded it. */
  changes: readonly SettingsChange[];
}

export interface SettingsChange {
  /** Hub milliseconds; no two of a site are of the same. */
  at: number;
  /** Person id. */
  by: string;
  details: SecurityEvent['details'];
}

/** Where cars can be unless a site says otherwise. */
export const DEFAULT_LOCATIONS: readonly string[] = [
  'Yard',
  'On Site',
  '100',
  '200',
  '300',
  '400',
  '500',
  '600',
  'Shop',
];

/** The form in which two spellings of a location are the same. */
export function foldLocation(location: string): string {
  return location.normalize('NFC').trim().toLowerCase();
}

/** Who acts: a person of a site, in the role they have now. */
export interface Principal {
  person: string;
  name: string;
  role: Role;
}

/** True where `role` is at least `needed`. */
export function hasRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** True for a time zone this runtime can show times in. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
