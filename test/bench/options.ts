import { parseArgs } from 'node:util';
import { FIGURES } from './figures.ts';

export interface Options {
  /** Names of figures; all where left out. */
  only: readonly string[];
  runs: number;
  /** A file for the figures with all their runs. */
  json: string | undefined;
}

export const USAGE = `npm run bench -- [--only name[,name…]] [--runs n] [--json file]

  --only   ${FIGURES.map(({ name }) => name).join(', ')}; a part of a name will do
  --runs   how often each is measured; the table has medians (3)
  --json   writes the figures with all their runs there`;

/** Errors: a sentence. */
export function readOptions(args: string[]): Options | { problem: string } {
  let values: { only?: string; runs?: string; json?: string };
  try {
    ({ values } = parseArgs({
      args,
      options: { only: { type: 'string' }, runs: { type: 'string' }, json: { type: 'string' } },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const runs = Number(values.runs ?? 3);
  if (!Number.isInteger(runs) || runs < 1)
    return { problem: `--runs is "${values.runs}", but has to be 1 or more.` };
  const asked = values.only?.split(',') ?? [''];
  const only = FIGURES.map(({ name }) => name).filter((name) => asked.some((part) => name.includes(part)));
  if (only.length === 0) return { problem: `There is no figure "${values.only}".` };
  return { only, runs, json: values.json };
}
