import { PEOPLE_MAX } from '../protocol/limits.ts';
import type { People, Person } from '../protocol/messages.ts';
import type { OutwardEffect } from './effect.ts';
import type { Feed } from './feed.ts';
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
export function tellPeople(feed: Feed, state: SiteState): OutwardEffect[] {
  const here = everybody(feed, state);
  const named = [...feed.restless].slice(0, PEOPLE_MAX);
  const people = named.map((id) => here.get(id) ?? gone(id, state));
  for (const id of named) feed.restless.delete(id);
  const frame: People = { type: 'people', people };
  const text = JSON.stringify(frame);
  const effects: OutwardEffect[] = [];
  for (const { id, topics } of feed.listeners.values()) {
    if (topics.includes('people')) effects.push({ type: 'send', to: id, text });
  }
  if (feed.restless.size > 0) effects.push({ type: 'timer', name: 'people', ms: GATHER_MS });
  return effects;
}

function gone(id: string, state: SiteState): Person {
  for (const { person, name, role } of state.sessions.values()) {
    if (person === id) return { id, name, role, devices: 0, car: null };
  }
  return { id, name: state.names.get(id) ?? '', role: 'viewer', devices: 0, car: null };
}
