import type { Person } from '../../worker/protocol/messages.ts';

/** Who is on the site, after some of them have come, gone or moved. */
export function afterNews(people: readonly Person[], news: readonly Person[]): readonly Person[] {
  const byId = new Map(people.map((person) => [person.id, person]));
  for (const person of news) {
    if (person.devices === 0) byId.delete(person.id);
    else byId.set(person.id, person);
  }
  return [...byId.values()];
}

/** Their names, by id. */
export function namesOf(people: readonly Person[]): Record<string, string> {
  return Object.fromEntries(people.map(({ id, name }) => [id, name]));
}
