/** How a session can begin. */
export const SESSION_WAYS = ['setup', 'password', 'pin', 'invitation', 'enrolment', 'token'] as const;
export type SessionWay = (typeof SESSION_WAYS)[number];

/** A session as its owner knows it, and those who may end it. */
export interface SessionView {
  /** Names it to the routes. Nothing opens with it. */
  id: string;
  via: SessionWay;
  /** The device of a site on which a PIN began it, by its name; null for none. */
  device: string | null;
  /** Browser and system in a few words: `Chrome on Android`. Null where neither is known. */
  agent: string | null;
  /** Where the network placed it when it began: `Chicago, US`. Null where it did not say. */
  place: string | null;
  createdAt: number;
  /** To the hour or so. */
  lastUsedAt: number;
  /** The one that asks. */
  current: boolean;
}
