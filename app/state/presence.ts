import type { Person } from '../../worker/protocol/messages.ts';

/** Who is on the site now: you first, then by name. */
export function peopleHere(people: readonly Person[], you: string | null): Person[] {
  return people
    .filter((person) => person.devices > 0)
    .sort((a, b) => Number(b.id === you) - Number(a.id === you) || a.name.localeCompare(b.name));
}

/** The others who have a car open, by car. */
export function openersOf(people: readonly Person[], you: string | null): ReadonlyMap<string, Person[]> {
  const openers = new Map<string, Person[]>();
  for (const person of people) {
    if (person.car === null || person.devices === 0 || person.id === you) continue;
    openers.set(person.car, [...(openers.get(person.car) ?? []), person]);
  }
  return openers;
}

/** One or two letters to know a person by. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return `${[...first][0] ?? '?'}${[...last][0] ?? ''}`.toUpperCase();
}
