import { PEOPLE_MAX } from '../protocol/limits.ts';
import type { People, Person } from '../protocol/messages.ts';
import type { OutwardEffect } from './effect.ts';
import type { Feed } from './feed.ts';
import { mayFeed, owePeople } from './flow.ts';
import type { SiteState } from './state.ts';

/** `people` frames are gathered to one a second. */
const GATHER_MS = 1_000;

/** Everybody who is on the site now, up to the cap of a frame. */
export function peopleHere(feed: Feed, state: SiteState): Person[] {
  return [...everybody(feed, state).values()].slice(0, PEOPLE_MAX);
}

function everybody(feed: Feed, state: SiteState): Map<string, Person> {
  const people = new Map<string, Person>();
  // A device that came back may still have its old socket beside the new one.
  const devices = new Set<string>();
  for (const { session: hash, device, car } of feed.listeners.values()) {
    const session = state.sessions.get(hash);
    if (!session) continue;
    const { person: id, name, role } = session;
    const person = people.get(id) ?? { id, name, role, devices: 0, car: null };
    if (!devices.has(device)) person.devices++;
    devices.add(device);
    person.car = car ?? person.car;
    people.set(id, person);
  }
  return people;
}

/**
 * Notes that someone came, went, opened a car, or changed one without being here; all of them are told of together.
 */
export function stir(feed: Feed, person: string): OutwardEffect[] {
  const first = feed.restless.size === 0;
  feed.restless.add(person);
  return first ? [{ type: 'timer', name: 'people', ms: GATHER_MS }] : [];
}

/** The gathered frame, encoded once. Those over its cap are named in the next one. */
export function tellPeople(feed: Feed, state: SiteState, now: number): OutwardEffect[] {
  const named = [...feed.restless].slice(0, PEOPLE_MAX);
  for (const id of named) feed.restless.delete(id);
  const text = newsOf(feed, state, named);
  const effects: OutwardEffect[] = [];
  for (const listener of feed.listeners.values()) {
    if (!listener.topics.includes('people')) continue;
    if (mayFeed(listener, text.length, now)) effects.push({ type: 'send', to: listener.id, text });
    else owePeople(listener, named);
  }
  if (feed.restless.size > 0) effects.push({ type: 'timer', name: 'people', ms: GATHER_MS });
  return effects;
}

/** A `people` frame of these people, as they are now. */
export function newsOf(feed: Feed, state: SiteState, ids: Iterable<string>): string {
  const here = everybody(feed, state);
  const people = [...ids].map((id) => here.get(id) ?? gone(id, state));
  return JSON.stringify({ type: 'people', people } satisfies People);
}

function gone(id: string, state: SiteState): Person {
  for (const { person, name, role } of state.sessions.values()) {
    if (person === id) return { id, name, role, devices: 0, car: null };
  }
  return { id, name: state.names.get(id) ?? '', role: 'viewer', devices: 0, car: null };
}
