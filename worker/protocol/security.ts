/** What is recorded of identities and rights, for administrators. The words of a person are the interface's. */
export const SECURITY_EVENTS = [
  'signed-in',
  'sign-in-failed',
  'sign-in-locked',
  'signed-out',
  'invited',
  'invitation-withdrawn',
  'joined',
  'role-changed',
  'removed',
  'password-changed',
  'password-link-made',
  'password-reset',
  'pin-changed',
  'pin-made',
  'pin-locked',
  'pin-unlocked',
  'session-ended',
  'token-made',
  'token-ended',
  'exported',
  'site-made',
  'device-enrolled',
  'device-renamed',
  'device-ended',
  'site-changed',
] as const;

export type SecurityEventType = (typeof SECURITY_EVENTS)[number];

export interface SecurityEvent {
  at: number;
  type: SecurityEventType;
  /** Site id; null for what concerns no site. */
  site: string | null;
  /** Person id of who did it; null where nobody was signed in. */
  actor: string | null;
  /** Person id, or whatever else it was done to. */
  subject: string | null;
  details: Record<string, string | number | boolean | null>;
}

/** What administrators look for. */
export const SECURITY_KINDS = [
  'sign-in',
  'password',
  'session',
  'people',
  'device',
  'token',
  'export',
  'site',
] as const;
export type SecurityKind = (typeof SECURITY_KINDS)[number];

export const KIND_OF: { [T in SecurityEventType]: SecurityKind } = {
  'signed-in': 'sign-in',
  'sign-in-failed': 'sign-in',
  'sign-in-locked': 'sign-in',
  'signed-out': 'sign-in',
  invited: 'people',
  'invitation-withdrawn': 'people',
  joined: 'people',
  'role-changed': 'people',
  removed: 'people',
  'password-changed': 'password',
  'password-link-made': 'password',
  'password-reset': 'password',
  'pin-changed': 'password',
  'pin-made': 'password',
  'pin-locked': 'sign-in',
  'pin-unlocked': 'sign-in',
  'session-ended': 'session',
  'token-made': 'token',
  'token-ended': 'token',
  exported: 'export',
  'device-enrolled': 'device',
  'device-renamed': 'device',
  'device-ended': 'device',
  'site-made': 'site',
  'site-changed': 'site',
};

/** Somebody an event speaks of; without a name where it is no person, or one who is gone. */
export interface Named {
  id: string;
  name: string | null;
}

/** An event as an administrator reads it. */
export interface SecurityEntry {
  /** Grows with time. */
  id: number;
  at: number;
  type: SecurityEventType;
  /** It concerns the site; else a person of it. */
  ofSite: boolean;
  actor: Named | null;
  subject: Named | null;
  details: SecurityEvent['details'];
}
