import type { DevicePeople } from '../../worker/protocol/api.ts';
import { type Memory, recall } from './memory.ts';
import { isDevicePeople } from './pin-api.ts';

export type DevicePerson = DevicePeople['people'][number];

/** Somebody who can say that it is they who are here. */
export interface Face extends DevicePerson {
  /** They used this device in this shift. */
  isRecent: boolean;
  /** As things stand the device can tell whether the PIN is theirs. */
  canEnter: boolean;
}

/** As long as the longest shift. */
export const SHIFT_MS = 12 * 3_600_000;
const USED = 'faces.used';
const PEOPLE = 'faces';
/** A device is used by a shift's people, not by a whole company's. */
const USED_MAX = 200;

/** Those who used the device in this shift come first, the last of them at the top; then everybody else by name. */
export function inOrder(
  people: readonly DevicePerson[],
  usedAt: ReadonlyMap<string, number>,
  now: number,
  canEnter: (id: string) => boolean,
): Face[] {
  const lastUse = ({ id }: DevicePerson): number => {
    const at = usedAt.get(id) ?? 0;
    return now - at < SHIFT_MS ? at : 0;
  };
  return [...people]
    .sort((a, b) => lastUse(b) - lastUse(a) || a.name.localeCompare(b.name))
    .map((one) => ({ ...one, isRecent: lastUse(one) > 0, canEnter: canEnter(one.id) }));
}

/** Who can enter, as the hub has said last: there are faces without a network, too. */
export function knownPeople(memory: Memory): readonly DevicePerson[] {
  const known = recall(memory, PEOPLE);
  return isDevicePeople(known) ? known.people : [];
}

export function learnPeople(memory: Memory, { people }: DevicePeople): void {
  memory.set(PEOPLE, JSON.stringify({ people }));
}

/** When each used this device last, in device milliseconds. */
export function usesOf(memory: Memory): ReadonlyMap<string, number> {
  const uses = recall(memory, USED);
  if (!Array.isArray(uses)) return new Map();
  return new Map(uses.filter(isUse));
}

export function noteUse(memory: Memory, person: string, now: number): void {
  const others = [...usesOf(memory)].filter(([id]) => id !== person);
  memory.set(USED, JSON.stringify([[person, now], ...others].slice(0, USED_MAX)));
}

function isUse(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number';
}
