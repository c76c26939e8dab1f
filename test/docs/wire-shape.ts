/**
 * What fields messages have and of what kind, without their values: one line for each type of message, whatever their
 * order and number. A field that not all of a type have is marked with a question mark.
 */
export function shapesOf(mark: string, messages: readonly { type: string }[]): string[] {
  const byType = Map.groupBy(messages, ({ type }) => type);
  return [...byType].map(([type, same]) => `${mark} ${type} ${shapeOf(same)}`).sort();
}

/** Objects whose keys are ids, not fields. */
const DICTIONARIES = new Set(['names']);

function shapeOf(values: readonly unknown[], name = ''): string {
  const kinds = new Set<string>();
  const items: unknown[] = [];
  const records: Record<string, unknown>[] = [];
  for (const value of values) {
    if (Array.isArray(value)) items.push(...value);
    else if (isRecord(value)) records.push(value);
    else kinds.add(value === null ? 'null' : typeof value);
  }
  if (values.some(Array.isArray)) kinds.add(`[${shapeOf(items)}]`);
  if (records.length > 0) kinds.add(DICTIONARIES.has(name) ? dictionary(records) : fields(records));
  return [...kinds].sort().join('|');
}

function fields(records: readonly Record<string, unknown>[]): string {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
  const parts = keys.map((key) => {
    const having = records.filter((record) => key in record);
    const isOptional = having.length < records.length;
    return `${key}${isOptional ? '?' : ''}: ${shapeOf(
      having.map((record) => record[key]),
      key,
    )}`;
  });
  return `{ ${parts.join(', ')} }`;
}

function dictionary(records: readonly Record<string, unknown>[]): string {
  return `{ [id]: ${shapeOf(records.flatMap((record) => Object.values(record)))} }`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
