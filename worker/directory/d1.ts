/** D1 did not answer, or not in time. What was asked of it may have happened or not. */
export class D1Unavailable extends Error {
  override readonly name = 'D1Unavailable';
}

/** How long anybody waits for D1: it can stall for more than a minute. */
export const ASK_MS_MAX = 5_000;

/**
 * Waits for D1 for a limited time. Errors: `D1Unavailable`; a statement that is wrong in itself, or breaks a
 * constraint, throws what D1 threw, for it would fail every time.
 */
export async function ask<T>(work: Promise<T>, msMax: number = ASK_MS_MAX): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new D1Unavailable(`no answer within ${msMax} ms`)), msMax);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    if (cause instanceof D1Unavailable || isOurs(cause)) throw cause;
    throw new D1Unavailable('the database failed', { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Rows of one statement of a batch. The statement stands beside the call: that is where their shape is known. */
export function rowsOf<Row>(result: D1Result | undefined): Row[] {
  return (result?.results ?? []) as Row[];
}

/** SQLite's own verdict on a statement, as D1 spells it at the end of a message. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && /SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG)/.test(error.message);
}
