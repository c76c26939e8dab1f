/** A device that is everybody's is closed once nobody has touched it for so long. */
export const IDLE_MS = 60_000;
/** That somebody has touched it is noted this often, and no oftener. */
export const NOTED_MS = 5_000;

/** Under this name the device remembers whom it is open for. Nothing but a right PIN, or a password, writes a person here. */
export const OPENED = 'opened';

/** What is remembered: whom the device is open for, and when they last touched it (device milliseconds). */
export function openedWord(person: string, at: number): string {
  return `${at} ${person}`;
}

/** Id of the person a device is open for; empty for nobody, null where it is not everybody's, as far as it remembers. */
export function openedFor(word: string | null, now: number): string | null {
  if (word === null) return null;
  const [at, person = ''] = word.split(' ');
  const idleMs = now - Number(at);
  // Also where its clock has been put back.
  return idleMs >= 0 && idleMs < IDLE_MS + NOTED_MS ? person : '';
}
