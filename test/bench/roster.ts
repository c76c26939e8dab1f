/**
 * A roster for measuring: ids of three shapes in the mix of a large site, nobody arrived, every location of a site
 * that has the usual ones. The same at every run.
 */
export function rosterOf(size: number): { car: string; location: string }[] {
  return Array.from({ length: size }, (_, i) => ({
    car: idOf(i),
    location: LOCATIONS[i % LOCATIONS.length] ?? '',
  }));
}

export function csvOf(roster: ReturnType<typeof rosterOf>): string {
  const lines = roster.map(({ car, location }) => `${car},${location},false,false,false,`);
  return `id,location,arrived,late,empty,notes\n${lines.join('\n')}\n`;
}

const LOCATIONS = ['Yard', 'On Site', '100', '200', '300', '400', '500', '600'];

/** Spread over six digits by a step that has no divisor in common with their number. */
function idOf(i: number): string {
  if (i % 26 === 25) return `RENTAL-${1_000 + i}`;
  if (i % 13 === 12) return `P${10_000 + 37 * i}`;
  return String(100_000 + ((i * 334_421) % 900_000));
}
