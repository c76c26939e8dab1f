import Papa from 'papaparse';

/** One record of a CSV text (RFC 4180), which may run over several lines. */
export interface CsvRecord {
  /** The line it begins on, from 1. */
  line: number;
  /** As it stands in the file, without the line end. */
  text: string;
  /** A quote is not closed, or text follows where it is; then this is one line, and the next is read afresh. */
  broken: boolean;
}

/**
 * Cuts a text into records; CRLF, LF and CR may be mixed. Papa Parse would do it too, but gives no line numbers,
 * lets one open quote swallow the rest of the file, and takes time quadratic in a line of quotes and spaces.
 */
export function* csvRecords(text: string, delimiter: string): Generator<CsvRecord> {
  const doomed = new Set<number>();
  let line = 1;
  let start = 0;
  while (start < text.length) {
    const end = recordEnd(text, start, delimiter, doomed);
    const stop = end ?? lineEnd(text, start);
    const record = text.slice(start, stop);
    yield { line, text: record, broken: end === null };
    line += 1 + breaksIn(record);
    start = stop + (text.startsWith('\r\n', stop) ? 2 : 1);
  }
}

/** The cells of a record that is not broken. */
export function cellsOf(record: CsvRecord, delimiter: string): string[] {
  const { data } = Papa.parse(`${record.text}\n`, { delimiter, newline: '\n', preview: 1 });
  return data[0] ?? [];
}

/**
 * Where the record that starts here ends, or null where its quotes are broken. `doomed` keeps the quoted cells
 * that led there: the lines after it may come to the same ones, and must not follow them to the end again.
 */
function recordEnd(text: string, start: number, delimiter: string, doomed: Set<number>): number | null {
  const quoted: number[] = [];
  let at = start;
  for (;;) {
    if (text[at] === '"') {
      quoted.push(at);
      const end = doomed.has(at) ? null : quotedEnd(text, at, delimiter);
      if (end === null) {
        for (const cell of quoted) doomed.add(cell);
        return null;
      }
      at = end;
    } else {
      while (!isCellEnd(text, at, delimiter)) at++;
    }
    if (text[at] !== delimiter) return at;
    at++;
  }
}

/** Where the cell ends whose quote opens here, or null where that is not closed, or not at the end of the cell. */
function quotedEnd(text: string, open: number, delimiter: string): number | null {
  let quote = text.indexOf('"', open + 1);
  while (quote >= 0 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  if (quote < 0) return null;
  let at = quote + 1;
  while (text[at] === ' ') at++;
  return isCellEnd(text, at, delimiter) ? at : null;
}

function isCellEnd(text: string, at: number, delimiter: string): boolean {
  const char = text[at];
  return char === undefined || char === delimiter || char === '\n' || char === '\r';
}

function lineEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function breaksIn(record: string): number {
  let breaks = 0;
  for (let at = lineEnd(record, 0); at < record.length; at = lineEnd(record, at)) {
    at += record.startsWith('\r\n', at) ? 2 : 1;
    breaks++;
  }
  return breaks;
}
