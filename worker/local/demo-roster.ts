import { DEFAULT_LOCATIONS } from '../protocol/site.ts';

const NOTES = ['Bulk stop first', 'Door sticks, use rear', 'Keys in office', 'Check left mirror'];
const BELTS = DEFAULT_LOCATIONS.filter((location) => /^\d/.test(location));

/** A roster as a lead would load it halfway into a night: some cars in, a few done, a few late. */
export function demoRoster(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    // Spread over a fleet's numbers so that the last three digits tell every car apart.
    const id = 128_414 + i * 417;
    const arrived = i % 3 === 0;
    const empty = i % 9 === 0;
    const late = i % 11 === 4;
    const location = arrived ? BELTS[Math.floor(i / 3) % BELTS.length] : i % 7 === 2 ? 'On Site' : 'Yard';
    const note = i % 13 === 5 ? NOTES[i % NOTES.length] : '';
    return [id, location, arrived, late, empty, `"${note}"`].join(',');
  });
  return ['id,location,arrived,late,empty,notes', ...rows].join('\r\n');
}
