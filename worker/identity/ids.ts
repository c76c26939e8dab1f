const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A person's id: short, because every change on the wire carries one. `random` is in [0, 1). */
export function newPersonId(random: () => number): string {
  return `p${letters(7, random)}`;
}

/** A token's id, which is a person's id to everybody who reads the history. */
export function newTokenId(random: () => number): string {
  return `t${letters(7, random)}`;
}

/** A device's id, which is a person's id to everybody who sees it on the board. */
export function newDeviceId(random: () => number): string {
  return `d${letters(7, random)}`;
}

/** The id of a screen on a wall, which is a person's id to hub and directory. */
export function newWallId(random: () => number): string {
  return `w${letters(7, random)}`;
}

/** An invitation's id: how leads speak of it. It opens nothing. */
export function newInvitationId(random: () => number): string {
  return `i${letters(7, random)}`;
}

const SLUG_CHARS_MAX = 32;

/** A site's id from its name, fit for a path: `North side` is `north-side`. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARS_MAX)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'site' : slug;
}

/** The same for a name that another site has taken. */
export function slugBeside(slug: string, random: () => number): string {
  return `${slug}-${letters(4, random)}`;
}

/** True for what can be a site's id. */
export function isSiteId(text: string): boolean {
  return /^[a-z0-9-]{1,40}$/.test(text);
}

function letters(count: number, random: () => number): string {
  return Array.from({ length: count }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}
