import * as v from 'valibot';
import type { Answer } from '../ports.ts';
import { refuse } from '../protocol/errors.ts';
import { check } from '../protocol/parse-up.ts';

/** A whole number from 0 up, in digits. */
export const wholeNumber = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, 'not a whole number'),
  v.transform(Number),
);

/**
 * The query of a request against its schema. A parameter nobody knows, or one that comes twice, is refused: a
 * filter that is passed over in silence would answer another question. Errors: `invalid`, with the parameter.
 */
export function readQuery<T>(url: URL, schema: v.GenericSchema<unknown, T>): Answer<T> {
  const given = [...url.searchParams];
  const names = given.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return refuse('invalid', 'given twice', twice);
  return check(schema, Object.fromEntries(given));
}
