import { OUTCOMES_SEEN_KEPT } from '../protocol/limits.ts';
import type { Holding } from '../protocol/messages.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { StorageEffect } from './effect.ts';

/** An answer the hub keeps so that a resend gets the same one (rule E2). */
export interface Kept {
  /** The edit's id. */
  id: string;
  outcome: Outcome;
}

/** What a device last said of itself, in `hello` or `seen`. Replaced, never changed. */
export interface Standing {
  /** Id of the person it was used by. */
  person: string;
  protocol: number;
  /** Version of its app, where it says. */
  app: string | null;
  /** Everything up to this version is stored on it. */
  stored: number;
  /** Edits it holds that were not answered. Never of none. */
  holds: readonly Holding[];
  /** Hub milliseconds at which it said so. */
  at: number;
}

/** A device the hub knows: it has said hello, or sent edits over HTTP. */
export interface Device {
  id: string;
  /** The last seq answered. */
  seq: number;
  /** The last seq whose outcome the device says it has stored. */
  seen: number;
  /** Hub milliseconds at which it was last heard of. */
  heardAt: number;
  /** Outcomes in the order of their seq, the last one being that of `seq`. */
  kept: Kept[];
  /** Null where it has said nothing of itself since the hub keeps that. */
  standing: Standing | null;
  /** What of it is stored. What it says since is in memory, and goes along with its next row. */
  written: Pick<Device, 'heardAt' | 'standing'>;
}

export function newDevice(id: string): Device {
  return {
    id,
    seq: 0,
    seen: 0,
    heardAt: 0,
    kept: [],
    standing: null,
    written: { heardAt: 0, standing: null },
  };
}

/** Writes all that is known of a device. */
export function putDevice(device: Device): StorageEffect {
  device.written = { heardAt: device.heardAt, standing: device.standing };
  return { type: 'put-device', device };
}

/**
 * Rows of an effect that are kept with an outcome. Whoever asks again has come again, and its catch-up holds the
 * effect; the roster of a whole site in each kept outcome would outgrow a row of storage.
 */
const EFFECT_ROWS_KEPT_MAX = 50;

/** Takes down the answer to the next seq. */
export function keep(device: Device, id: string, outcome: Outcome): void {
  const isLarge =
    'effect' in outcome && outcome.effect !== undefined && outcome.effect.length > EFFECT_ROWS_KEPT_MAX;
  device.seq = outcome.seq;
  device.kept.push({ id, outcome: isLarge ? withoutEffect(outcome) : outcome });
}

export function withoutEffect(outcome: Outcome): Outcome {
  if (!('effect' in outcome)) return outcome;
  const { effect: _, ...rest } = outcome;
  return rest;
}

/** The answer already given to a seq, if it is still kept. */
export function keptOf(device: Device, seq: number): Kept | undefined {
  return device.kept[device.kept.length - 1 - (device.seq - seq)];
}

/** Outcomes the device has not said it has stored, by the ids of their edits: a cloned device must not take them. */
export function unseenOf(device: Device): Outcome[] {
  return device.kept.flatMap(({ id, outcome }) => (outcome.seq > device.seen ? [{ ...outcome, id }] : []));
}

/** Takes the device's word that it has stored outcomes up to `seq`, and forgets all but the last few of them. */
export function markSeen(device: Device, seq: number): void {
  device.seen = Math.max(device.seen, Math.min(seq, device.seq));
  const unseen = device.seq - device.seen;
  const keep = Math.max(unseen, OUTCOMES_SEEN_KEPT);
  if (device.kept.length > keep) device.kept.splice(0, device.kept.length - keep);
}

/** An outcome as stored: the plain and by far most frequent one as a tuple. */
type Packed = [id: string, version: number, at: number] | Kept;

/** A device's kept outcomes as text. It is written with every push, so it is kept short. */
export function packKept(device: Device): string {
  const packed: Packed[] = device.kept.map((kept) => {
    const { outcome } = kept;
    return outcome.outcome === 'applied' && !outcome.effect ? [kept.id, outcome.version, outcome.at] : kept;
  });
  return JSON.stringify(packed);
}

/** The inverse of `packKept`; the seqs run up to the device's last. */
export function unpackKept(text: string, seq: number): Kept[] {
  const packed: Packed[] = JSON.parse(text);
  return packed.map((item, i) => {
    if (!Array.isArray(item)) return item;
    const [id, version, at] = item;
    return { id, outcome: { seq: seq - (packed.length - 1 - i), outcome: 'applied', version, at } };
  });
}
