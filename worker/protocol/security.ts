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
  'password-reset',
  'session-ended',
  'token-made',
  'token-ended',
  'exported',
  'site-made',
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
