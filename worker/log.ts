export type Level = 'info' | 'warn' | 'error';

/** What may stand in a log: never a person's name, email, address, note or secret. */
export type Fields = Record<string, string | number | boolean | null | undefined>;

/** One line of JSON to the console, so that nothing in a value can pass for another line. */
export function log(level: Level, event: string, fields: Fields = {}): void {
  const cut = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.slice(0, TEXT_CHARS_MAX) : value,
  ]);
  console[level](JSON.stringify({ level, event, ...Object.fromEntries(cut) }));
}

/** An error for the log: enough to find the line of code, nothing of the request. */
export function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.name, message: error.message, cause, stack: error.stack };
}

const TEXT_CHARS_MAX = 1_000;
