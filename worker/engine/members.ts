import { MEMBERS_KNOWN_MAX } from '../protocol/limits.ts';
import type { DownMessage } from '../protocol/messages.ts';
import type { OutwardEffect } from './effect.ts';
import type { Listener } from './feed.ts';
import type { Hub } from './socket.ts';

/**
 * Whether those belong to the site whose edits lie on somebody else's device, by person id. Volatile: it saves
 * questions, and a hub that has slept asks again.
 */
export type Members = Map<string, Member>;

interface Member {
  /** Hub milliseconds of the question. */
  askedAt: number;
  /** Null until the directory has answered. */
  belongs: boolean | null;
}

/** Whoever is asked about is not asked about again for so long. */
const ASK_MS_MIN = 3_600_000;

/**
 * A device has said whose edits it holds: the directory is asked about those people it was not asked about lately. What
 * it said of the others is told at once.
 */
export function askMembers(hub: Hub, listener: Listener, now: number): OutwardEffect[] {
  const asked = askAbout(hub, listener.device, now);
  return [...tellRemoved(hub, listener), ...asked];
}

/** The same for a device without a socket, which hears what is known, and the rest when it comes again. */
export function membersFor(
  hub: Hub,
  device: string,
  now: number,
): { removed: string[]; effects: OutwardEffect[] } {
  const effects = askAbout(hub, device, now);
  return { removed: removedOn(hub, device), effects };
}

function askAbout(hub: Hub, device: string, now: number): OutwardEffect[] {
  const { members } = hub;
  const unknown = othersOn(hub, device).filter((person) => {
    const known = members.get(person);
    return !known || now - known.askedAt >= ASK_MS_MIN;
  });
  for (const person of unknown) remember(members, person, { askedAt: now, belongs: null });
  return unknown.length === 0 ? [] : [{ type: 'members', people: unknown }];
}

/**
 * The directory's answer: those of `people` who belong to the site, or null where it gave none. Then nothing happens, and
 * it is asked again when a device next says what it holds.
 */
export function onMembers(
  hub: Hub,
  people: readonly string[],
  belonging: readonly string[] | null,
): OutwardEffect[] {
  const { members, feed } = hub;
  for (const person of people) {
    const known = members.get(person);
    if (!belonging) members.delete(person);
    else if (known) members.set(person, { ...known, belongs: belonging.includes(person) });
  }
  const gone = people.filter((person) => members.get(person)?.belongs === false);
  if (gone.length === 0) return [];
  return [...feed.listeners.values()]
    .filter((listener) => othersOn(hub, listener.device).some((person) => gone.includes(person)))
    .flatMap((listener) => tellRemoved(hub, listener));
}

/** Tells a device which of those whose edits it holds belong to the site no more. */
function tellRemoved(hub: Hub, listener: Listener): OutwardEffect[] {
  if (listener.protocol < 2) return [];
  const people = removedOn(hub, listener.device);
  if (people.length === 0) return [];
  const notice: DownMessage = { type: 'notice', notice: 'removed', people };
  return [{ type: 'send', to: listener.id, text: JSON.stringify(notice) }];
}

/** Those of them who belong to the site no more, as far as is known. */
function removedOn(hub: Hub, device: string): string[] {
  return othersOn(hub, device).filter((person) => hub.members.get(person)?.belongs === false);
}

/** People whose edits lie on the device of somebody else. */
function othersOn({ state }: Hub, device: string): string[] {
  const standing = state.devices.get(device)?.standing;
  if (!standing) return [];
  return standing.holds.flatMap(({ person }) => (person === standing.person ? [] : person));
}

function remember(members: Members, person: string, member: Member): void {
  // Asked about again, it is the newest; the oldest over the cap is forgotten.
  members.delete(person);
  members.set(person, member);
  const [oldest] = members.keys();
  if (members.size > MEMBERS_KNOWN_MAX && oldest !== undefined) members.delete(oldest);
}
