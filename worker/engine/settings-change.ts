import { SECURITY_TEXT_CHARS_MAX } from '../protocol/limits.ts';
import type { SecurityEvent } from '../protocol/security.ts';
import type { Renaming, Site } from '../protocol/site.ts';

/** What of a site's settings is another than before, as it is recorded: in words that can be read years later. */
export function changedIn(before: Site, after: Site, renames: readonly Renaming[]): SecurityEvent['details'] {
  // As it would be had they had their present names all along.
  const known = before.locations.map((name) => renames.find(({ from }) => from === name)?.to ?? name);
  const added = after.locations.filter((location) => !known.includes(location));
  const removed = known.filter((location) => !after.locations.includes(location));
  const stayed = known.filter((location) => after.locations.includes(location));
  const isReordered = stayed.join('\n') !== after.locations.filter((name) => known.includes(name)).join('\n');
  return {
    ...(after.name !== before.name && { name: after.name, nameBefore: before.name }),
    ...(after.timeZone !== before.timeZone && {
      timeZone: after.timeZone,
      timeZoneBefore: before.timeZone,
    }),
    ...(renames.length > 0 && { renamed: listed(renames.map(({ from, to }) => `${from} → ${to}`)) }),
    ...(added.length > 0 && { added: listed(added) }),
    ...(removed.length > 0 && { removed: listed(removed) }),
    ...(isReordered && { reordered: true }),
    ...(JSON.stringify(after.shifts) !== JSON.stringify(before.shifts) && { shifts: true }),
  };
}

/** As many as can be recorded. */
function listed(names: readonly string[]): string {
  const text = names.join(', ');
  return text.length > SECURITY_TEXT_CHARS_MAX
    ? `${text.slice(0, SECURITY_TEXT_CHARS_MAX - 1).toWellFormed()}…`
    : text;
}
