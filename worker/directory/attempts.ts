import { createHmac } from 'node:crypto';
import type { AttemptNamespace } from '../env.ts';
import {
  EMAILS_TAKEN_PER_INVITER_MAX,
  EMAILS_TAKEN_WINDOW_MS,
  ENROLMENT_TRIES_PER_PERSON_MAX,
  ENROLMENTS_PER_ADDRESS_MAX,
  ENROLMENTS_PER_BLOCK_MAX,
  SIGN_IN_TRIES_PER_ADDRESS_MAX,
  SIGN_IN_TRIES_PER_EMAIL_MAX,
  SIGN_IN_WINDOW_MS,
} from '../protocol/limits.ts';
import { D1Unavailable } from './d1.ts';

/** What an attempt is counted under. Keys are keyed hashes: an object's name tells of nobody. */
export interface Tally {
  key: string;
  max: number;
  /** As long as one of sign-ins where left out. */
  windowMs?: number;
  /** What becomes of the count where the attempt was right: a shift signing in is no attack. */
  afterRight: 'forget' | 'giveBack';
}

/** By network address. A whole site can stand behind one. */
export function addressTally(address: string, secret: string): Tally {
  const key = keyOf(`address ${networkOf(address)}`, secret);
  return { key, max: SIGN_IN_TRIES_PER_ADDRESS_MAX, afterRight: 'giveBack' };
}

/** By what is tried: an email, whether anybody has it or not, or a person. */
export function subjectTally(kind: 'email' | 'person', subject: string, secret: string): Tally {
  const key = keyOf(`${kind} ${subject}`, secret);
  return { key, max: SIGN_IN_TRIES_PER_EMAIL_MAX, afterRight: 'forget' };
}

/**
 * Enrolments that an address begins. None of them is right or wrong. Those of all sites share their places, and whoever
 * is given one network by IPv6 is often given many, so that the larger one around it is counted too.
 */
export function enrolmentTallies(address: string, secret: string): Tally[] {
  const network = networkOf(address);
  const block = networkOf(address, BLOCK_BITS);
  const tallies: Tally[] = [
    {
      key: keyOf(`enrolment ${network}`, secret),
      max: ENROLMENTS_PER_ADDRESS_MAX,
      afterRight: 'giveBack',
    },
  ];
  if (block === network) return tallies;
  const key = keyOf(`enrolment block ${block}`, secret);
  return [...tallies, { key, max: ENROLMENTS_PER_BLOCK_MAX, afterRight: 'giveBack' }];
}

/** Digits of new devices that a person types. */
export function digitsTally(person: string, secret: string): Tally {
  const key = keyOf(`digits ${person}`, secret);
  return { key, max: ENROLMENT_TRIES_PER_PERSON_MAX, afterRight: 'giveBack' };
}

/** Emails that somebody has, tried with invitations of this inviter: they can make as many as they like. */
export function takenTally(inviter: string, secret: string): Tally {
  const key = keyOf(`taken ${inviter}`, secret);
  return { key, max: EMAILS_TAKEN_PER_INVITER_MAX, windowMs: EMAILS_TAKEN_WINDOW_MS, afterRight: 'giveBack' };
}

export type Attempt =
  | {
      ok: true;
      /** It turned out to be the person's own. */
      right(): Promise<void>;
      /** Nobody found out whether it was right. */
      undecided(): Promise<void>;
    }
  | { ok: false; by: Tally; seconds: number; isFirst: boolean };

/**
 * Counts an attempt before a password is looked at, under one key after the other: one over its limit adds nothing to
 * those after it, else one address could lock everybody out, nor to those before it, else an email that is locked would
 * lock the address of a whole site. Errors: `D1Unavailable`, which to a caller it is alike.
 */
export async function countAttempt(counters: AttemptNamespace, tallies: readonly Tally[]): Promise<Attempt> {
  const settle = async (
    of: readonly Tally[],
    how: (tally: Tally) => 'forget' | 'giveBack',
  ): Promise<void> => {
    await reached(Promise.all(of.map((tally) => counters.getByName(tally.key)[how(tally)]())));
  };
  for (const [i, by] of tallies.entries()) {
    const turn = await reached(counters.getByName(by.key).take(by.max, by.windowMs ?? SIGN_IN_WINDOW_MS));
    if (turn.ok) continue;
    await settle(tallies.slice(0, i), () => 'giveBack');
    return { ok: false, by, seconds: turn.seconds, isFirst: turn.isFirst };
  }
  return {
    ok: true,
    right: () => settle(tallies, ({ afterRight }) => afterRight),
    undecided: () => settle(tallies, () => 'giveBack'),
  };
}

/** As if nobody had tried: whoever has proved who they are in another way is not kept out. */
export async function forgetAttempts(counters: AttemptNamespace, { key }: Tally): Promise<void> {
  await reached(counters.getByName(key).forget());
}

/** What a line or a server is given of IPv6, and the most that one customer is. */
const NETWORK_BITS = 64;
const BLOCK_BITS = 48;

/** Who has an IPv6 address has a whole network of them. One by IPv4 is itself. */
export function networkOf(address: string, bits: number = NETWORK_BITS): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const parts = (text: string): string[] => text.split(':').filter((part) => part !== '');
  const front = parts(head);
  const zeros = tail === undefined ? 0 : 8 - front.length - parts(tail).length;
  const all = [...front, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...parts(tail ?? '')];
  return all
    .slice(0, bits / 16)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** What something is counted under. */
export function keyOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(`attempt.v1.${text}`).digest('base64url').slice(0, 22);
}

/** Errors: `D1Unavailable`. */
export async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new D1Unavailable('attempts could not be counted', { cause });
  }
}
