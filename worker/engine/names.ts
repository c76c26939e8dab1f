import { NAMES_MAX } from '../protocol/limits.ts';
import type { StorageEffect } from './effect.ts';
import type { Env, SiteState } from './state.ts';

/**
 * Somebody is called so from now on. At the cap the names go of those that nothing here tells of any more: the archive
 * has them with what they did. Where all are told of, the first goes, and its person is shown without one.
 */
export function learnName(
  state: SiteState,
  person: string,
  name: string,
  { log }: Pick<Env, 'log'>,
): StorageEffect[] {
  const known = state.names.get(person);
  if (known === name) return [];
  const goes = known === undefined && state.names.size >= NAMES_MAX ? unneeded(state, log) : [];
  for (const one of goes) state.names.delete(one);
  state.names.set(person, name);
  return [
    ...goes.map((one): StorageEffect => ({ type: 'delete-name', person: one })),
    { type: 'put-name', person, name },
  ];
}

function unneeded(state: SiteState, log: Env['log']): string[] {
  const told = new Set(toldOf(state));
  for (const person of log.people()) told.add(person);
  const names = [...state.names.keys()];
  const others = names.filter((person) => !told.has(person));
  return others.length > 0 ? others : names.slice(0, 1);
}

/** Whom the board, the open items, the devices and the sessions tell of. */
function* toldOf({ cars, attention, devices, sessions }: SiteState): Iterable<string> {
  for (const { car, writes } of cars.values()) {
    yield car.updatedBy;
    for (const { by } of Object.values(writes)) yield by;
  }
  for (const { author, by, outcome } of attention.values()) {
    yield author;
    if (by !== undefined) yield by;
    if (outcome.outcome !== 'rejected') for (const conflict of outcome.conflicts) yield conflict.by;
  }
  for (const { standing } of devices.values()) {
    if (!standing) continue;
    yield standing.person;
    for (const { person } of standing.holds) yield person;
  }
  for (const { person } of sessions.values()) yield person;
}
