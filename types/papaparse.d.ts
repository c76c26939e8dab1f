/** The part of Papa Parse that is used here: text in, rows out, and back. https://www.papaparse.com/docs */

export interface ParseError {
  type: 'Quotes' | 'Delimiter' | 'FieldMismatch';
  code: string;
  message: string;
  /** Zero-based index of the row in `data`. */
  row?: number;
  /** Character position in the input. */
  index?: number;
}

export interface ParseMeta {
  delimiter: string;
  linebreak: string;
  aborted: boolean;
  truncated: boolean;
  /** Character position where parsing ended. */
  cursor: number;
}

export interface ParseResult<Row> {
  data: Row[];
  errors: ParseError[];
  meta: ParseMeta;
}

/** One row, handed to `step` as soon as it has been read. */
export interface ParseStep {
  data: string[];
  errors: ParseError[];
  meta: ParseMeta;
}

export interface ParseConfig {
  /** Left out: guessed from the first rows. */
  delimiter?: string;
  delimitersToGuess?: string[];
  newline?: '\r\n' | '\n' | '\r';
  quoteChar?: string;
  escapeChar?: string;
  comments?: string | false;
  preview?: number;
  skipEmptyLines?: boolean | 'greedy';
  step?: (row: ParseStep, parser: { abort(): void }) => void;
}

export interface UnparseConfig {
  delimiter?: string;
  newline?: '\r\n' | '\n';
  quotes?: boolean;
  header?: boolean;
}

export function parse(text: string, config?: ParseConfig): ParseResult<string[]>;
export function unparse(
  input:
    | readonly (readonly unknown[])[]
    | { fields: readonly string[]; data: readonly (readonly unknown[])[] },
  config?: UnparseConfig,
): string;

declare const Papa: { parse: typeof parse; unparse: typeof unparse };
export default Papa;
