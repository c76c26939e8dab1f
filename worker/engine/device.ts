import { OUTCOMES_SEEN_KEPT } from '../protocol/limits.ts';
import type { Outcome } from '../protocol/outcome.ts';

/** An answer the hub keeps so that a resend gets the same one (rule E2). */
export interface Kept {
  /** The edit's id. */
  id: string;
  outcome: Outcome;
}

/** A device the hub has heard edits from. */
export interface Device {
  id: string;
  /** The last seq answered. */
  seq: number;
  /** The last seq whose outcome the device says it has stored. */
  seen: number;
  /** Hub milliseconds of its last push. */
  heardAt: number;
  /** Outcomes in the order of their seq, the last one being that of `seq`. */
  kept: Kept[];
}

export function newDevice(id: string): Device {
  return { id, seq: 0, seen: 0, heardAt: 0, kept: [] };
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
