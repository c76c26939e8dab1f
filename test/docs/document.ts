import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A block of code in the document. */
export interface Fence {
  /** What follows the opening backticks. */
  info: string;
  lines: Line[];
}

export interface Line {
  /** From 1, as editors count. */
  number: number;
  text: string;
}

export interface Document {
  text: string;
  headings: string[];
  fences: Fence[];
  /** Cells of the table under a heading, without its head. Throws where there is not one table. */
  tableUnder(heading: string): string[][];
}

/** `docs/protocol.md`, taken apart. */
export function readProtocol(): Document {
  return readDocument('protocol.md');
}

/** A document of `docs/`, taken apart. */
export function readDocument(name: string): Document {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs', name), 'utf8');
  const headings: string[] = [];
  const fences: Fence[] = [];
  const tables = new Map<string, string[][]>();
  let open: Fence | null = null;
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence) {
      if (open) fences.push(open);
      open = open ? null : { info: fence[1] ?? '', lines: [] };
    } else if (open) {
      open.lines.push({ number: i + 1, text: line });
    } else if (line.startsWith('#')) {
      headings.push(line.replace(/^#+ /, ''));
    } else if (line.startsWith('|')) {
      const heading = headings.at(-1) ?? '';
      tables.set(heading, [...(tables.get(heading) ?? []), cellsOf(line)]);
    }
  }
  return {
    text,
    headings,
    fences,
    tableUnder(heading) {
      const [, rule, ...rows] = tables.get(heading) ?? [];
      if (!rule?.every((cell) => /^-+$/.test(cell))) throw new Error(`no table under "${heading}"`);
      return rows;
    },
  };
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The frames of an older protocol, as its document had them: one block for each of its fences. */
export function readFrames(protocol: number): Fence[] {
  const text = readFileSync(resolve(import.meta.dirname, `frames-${protocol}.txt`), 'utf8');
  const fences: Fence[] = [{ info: 'frames', lines: [] }];
  for (const [i, line] of text.trimEnd().split('\n').entries()) {
    if (line === '') fences.push({ info: 'frames', lines: [] });
    else fences.at(-1)?.lines.push({ number: i + 1, text: line });
  }
  return fences;
}

/** A cell without the backticks round it. */
export function code(cell: string | undefined): string {
  return /^`(.*)`$/.exec(cell ?? '')?.[1] ?? '';
}
