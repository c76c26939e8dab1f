import { D1_PARAMETER_BYTES_MAX } from '../protocol/limits.ts';
import { utf8Length } from '../protocol/text.ts';

/** Rows as JSON arrays, each small enough to be one parameter of a statement. No rows, no arrays. */
export function jsonChunks(rows: Iterable<unknown>, bytesMax: number = D1_PARAMETER_BYTES_MAX): string[] {
  const chunks: string[] = [];
  let texts: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    const size = utf8Length(text) + 1;
    if (texts.length > 0 && bytes + size > bytesMax) {
      chunks.push(`[${texts.join(',')}]`);
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += size;
  }
  if (texts.length > 0) chunks.push(`[${texts.join(',')}]`);
  return chunks;
}
