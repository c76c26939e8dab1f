import { parseArgs } from 'node:util';
import { TORTURES } from './tortures.ts';

export interface Options {
  /** Names of tortures; all where left out. */
  only: readonly string[];
  /** How long each lasts at least, where it can go on. */
  minutes: number | undefined;
  seed: number;
  /** A file for the results. */
  json: string | undefined;
}

export const USAGE = `npm run torture -- [--only name[,name…]] [--minutes n | --hours n] [--seed n] [--json file]

  --only     ${Object.keys(TORTURES).join(', ')}
  --minutes  how long each goes on at least, where it can; it does what its bar asks for in any case
  --seed     chooses the moments, the faults and the edits (1); the runtime's own timing is not chosen
  --json     writes the results there`;

/** Errors: a sentence. */
export function readOptions(args: string[]): Options | { problem: string } {
  let values: { only?: string; minutes?: string; hours?: string; seed?: string; json?: string };
  const type = 'string';
  try {
    ({ values } = parseArgs({
      args,
      options: { only: { type }, minutes: { type }, hours: { type }, seed: { type }, json: { type } },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const only = values.only?.split(',') ?? Object.keys(TORTURES);
  const unknown = only.find((name) => !Object.hasOwn(TORTURES, name));
  if (unknown !== undefined) return { problem: `There is no torture "${unknown}".` };
  const seed = Number(values.seed ?? 1);
  if (!Number.isInteger(seed))
    return { problem: `--seed is "${values.seed}", but has to be a whole number.` };
  const asked = values.hours === undefined ? values.minutes : String(Number(values.hours) * 60);
  const minutes = asked === undefined ? undefined : Number(asked);
  if (minutes !== undefined && !(minutes > 0))
    return { problem: '--minutes and --hours take a number above 0.' };
  return { only, minutes, seed, json: values.json };
}
