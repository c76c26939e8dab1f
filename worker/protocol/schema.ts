import * as v from 'valibot';
import { CHOICES } from './attention.ts';
import { parseCarId } from './car.ts';
import {
  APP_VERSION_CHARS_MAX,
  CSV_ROWS_MAX,
  HOLDINGS_MAX,
  LOCATION_CHARS_MAX,
  NOTE_CHARS_MAX,
  NOTES_CHARS_MAX,
  OUTBOX_MAX,
} from './limits.ts';
import { isCleanLine, isCleanText } from './text.ts';

/** The values that frames and bodies are made of. Only the Worker parses with these; devices only send. */

const integer = (min: number) =>
  v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(min),
    // Equal to zero and yet another value: it would not come back the same from JSON.
    v.check((number) => !Object.is(number, -0), 'minus zero'),
  );

/** A car number in any case, made canonical. */
export const carId = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const id = parseCarId(dataset.value);
    if (id !== null) return id;
    addIssue({ message: 'not a car number' });
    return NEVER;
  }),
);

export const line = (charsMax: number) =>
  v.pipe(v.string(), v.maxLength(charsMax), v.check(isCleanLine, 'not a clean line of text'));

const text = (charsMax: number) =>
  v.pipe(v.string(), v.maxLength(charsMax), v.check(isCleanText, 'not a clean text'));

export const noteText = v.pipe(
  text(NOTE_CHARS_MAX),
  v.check((note) => note.trim() !== '', 'an empty note'),
);

/** The fields a person may set; at least one, and none that contradict each other. */
const fieldEntries = {
  location: v.optional(line(LOCATION_CHARS_MAX)),
  arrived: v.optional(v.boolean()),
  late: v.optional(v.boolean()),
  empty: v.optional(v.boolean()),
  notes: v.optional(text(NOTES_CHARS_MAX)),
};
const agree = (fields: { arrived?: boolean | undefined; empty?: boolean | undefined }) =>
  !(fields.empty === true && fields.arrived === false);
const CONTRADICTION = 'an empty car has arrived';

/** An array has none of the fields, and where none is needed it would pass for an object. */
const notAnArray = v.check((value: unknown) => !Array.isArray(value), 'an array where an object is due');

export const carFields = v.pipe(
  v.unknown(),
  notAnArray,
  v.strictObject(fieldEntries),
  v.check(agree, CONTRADICTION),
  v.transform(compact),
);
export const someCarFields = v.pipe(
  carFields,
  v.check((fields) => Object.keys(fields).length > 0, 'no field to set'),
);

/** `POST …/cars`: a car and what is known of it. */
export const newCar = v.pipe(
  v.strictObject({ id: carId, ...fieldEntries }),
  v.check((car) => agree(car), CONTRADICTION),
  v.transform((car) => compact(car)),
);

export const deviceId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
export const editId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
export const personId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/));
export const epoch = v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{4,64}$/)));
export const version = integer(0);
export const appVersion = line(APP_VERSION_CHARS_MAX);
export const holdings = v.pipe(
  v.array(v.strictObject({ person: personId, edits: v.pipe(integer(0), v.maxValue(OUTBOX_MAX)) })),
  v.maxLength(HOLDINGS_MAX),
);

/** The last moment that a `Date` can be. */
const TIME_MS_MAX = 8.64e15;

const envelope = {
  id: editId,
  seq: integer(1),
  base: version,
  at: v.pipe(integer(0), v.maxValue(TIME_MS_MAX)),
  author: v.optional(personId),
};

export const edit = v.pipe(
  v.variant('type', [
    v.strictObject({ type: v.literal('set'), car: carId, fields: someCarFields, ...envelope }),
    v.strictObject({ type: v.literal('note'), car: carId, text: noteText, ...envelope }),
    v.strictObject({ type: v.literal('add'), car: carId, fields: v.optional(carFields), ...envelope }),
    v.strictObject({ type: v.literal('remove'), car: carId, ...envelope }),
    v.strictObject({ type: v.literal('restore'), car: carId, fields: v.optional(carFields), ...envelope }),
    v.strictObject({
      type: v.literal('import'),
      rows: v.pipe(
        v.array(v.strictObject({ car: carId, fields: carFields })),
        v.maxLength(CSV_ROWS_MAX),
        v.check((rows) => new Set(rows.map((row) => row.car)).size === rows.length, 'a car twice'),
      ),
      mode: v.picklist(['merge', 'replace']),
      ...envelope,
    }),
    v.strictObject({ type: v.literal('undo'), version: integer(1), ...envelope }),
    v.strictObject({ type: v.literal('settle'), item: editId, choice: v.picklist(CHOICES), ...envelope }),
  ]),
  v.transform(compact),
);

/** Leaves out what is undefined, so that "not given" has one form. */
function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
