/** A random number in [0, 1), as it is handed in: the system's, or a seeded one. */
export type Random = () => number;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 22 letters of 6 bits: as many ids as anybody makes never meet. */
const ID_CHARS = 22;

/** A new id for an edit or a device. */
export function newId(random: Random): string {
  let id = '';
  for (let i = 0; i < ID_CHARS; i++) id += LETTERS[Math.floor(random() * LETTERS.length)];
  return id;
}

interface Source {
  getRandomValues(values: Uint32Array<ArrayBuffer>): unknown;
}

/** Random numbers nobody can guess; `crypto` is a source. */
export function unguessable(source: Source): Random {
  const values = new Uint32Array(64);
  let next = values.length;
  return () => {
    if (next === values.length) {
      source.getRandomValues(values);
      next = 0;
    }
    return (values[next++] ?? 0) / 2 ** 32;
  };
}
