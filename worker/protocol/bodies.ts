import * as v from 'valibot';
import { isCommonPassword } from './common-passwords.ts';
import {
  EMAIL_CHARS_MAX,
  LOCATION_CHARS_MAX,
  LOCATIONS_MAX,
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
  PERSON_NAME_CHARS_MAX,
  SHIFT_NAME_CHARS_MAX,
  SHIFTS_MAX,
  SITE_NAME_CHARS_MAX,
  TOKEN_DAYS_MAX,
} from './limits.ts';
import { isPin, isTrivialPin } from './pin.ts';
import { line, personId } from './schema.ts';
import { INVITED_ROLES } from './seats.ts';
import { isTimeOfDay } from './shifts.ts';
import { foldLocation, isTimeZone, ROLES, TOKEN_ROLES } from './site.ts';

/** Bodies of the HTTP routes. Unknown fields are refused with 422. */

const email = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(EMAIL_CHARS_MAX),
  // Only that it can be an address at all: whether it is one, only its owner knows.
  v.regex(/^[^\s@]+@[^\s@]+$/, 'not an email address'),
);

/** A password somebody chooses. One that is given is only held against what is stored. */
export const newPassword = v.pipe(
  v.string(),
  v.minLength(PASSWORD_CHARS_MIN),
  v.maxLength(PASSWORD_CHARS_MAX),
  // Nobody could sign in with it: no hash tells it from another.
  v.check((text) => text.isWellFormed() && !text.includes('\u0000'), 'not a whole text'),
  v.check((password) => !isCommonPassword(password), 'a common password'),
);
/** A PIN somebody chooses. */
export const newPin = v.pipe(
  v.string(),
  v.check(isPin, 'not four to six digits'),
  v.check((pin) => !isPin(pin) || !isTrivialPin(pin), 'an easy PIN'),
);
const givenPin = v.pipe(v.string(), v.check(isPin, 'not four to six digits'));
const givenPassword = v.pipe(v.string(), v.maxLength(PASSWORD_CHARS_MAX));

const timeOfDay = v.pipe(v.string(), v.check(isTimeOfDay, 'not a time of day as HH:MM'));

const shifts = v.optional(
  v.pipe(
    v.array(
      v.pipe(
        v.strictObject({ name: line(SHIFT_NAME_CHARS_MAX), start: timeOfDay, end: timeOfDay }),
        // It could be none as well as a whole day.
        v.check(({ start, end }) => start !== end, 'ends when it starts'),
      ),
    ),
    v.maxLength(SHIFTS_MAX),
    v.check((all) => new Set(all.map(({ name }) => foldLocation(name))).size === all.length, 'a name twice'),
  ),
);

export const setupBody = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(200)),
  site: v.strictObject({
    name: line(SITE_NAME_CHARS_MAX),
    timeZone: v.pipe(v.string(), v.maxLength(64), v.check(isTimeZone, 'not a time zone')),
    locations: v.optional(
      v.pipe(
        v.array(line(LOCATION_CHARS_MAX)),
        v.minLength(1),
        v.maxLength(LOCATIONS_MAX),
        // Told apart by case alone they could not be told apart in a roster, nor by a person.
        v.check((names) => new Set(names.map(foldLocation)).size === names.length, 'a location twice'),
      ),
    ),
    shifts,
  }),
  admin: v.strictObject({
    name: line(PERSON_NAME_CHARS_MAX),
    email,
    password: newPassword,
  }),
});

export const loginBody = v.strictObject({
  email,
  password: givenPassword,
});

export const passwordBody = v.strictObject({ current: givenPassword, password: newPassword });

export const resetBody = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(200)),
  password: newPassword,
});

/** `POST …/tokens` */
export const tokenBody = v.strictObject({
  name: line(PERSON_NAME_CHARS_MAX),
  role: v.picklist(TOKEN_ROLES),
  days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(TOKEN_DAYS_MAX)),
});

/** `POST …/walls` */
export const wallBody = v.strictObject({ name: line(PERSON_NAME_CHARS_MAX) });

/** `POST /api/auth/display` */
export const displayBody = v.strictObject({ token: v.pipe(v.string(), v.maxLength(200)) });

/** `POST /api/sites` */
export const newSiteBody = setupBody.entries.site;

/** `PATCH /api/sites/:site`: what is left out stays. */
export const siteChangeBody = v.pipe(
  v.strictObject({
    name: v.optional(newSiteBody.entries.name),
    timeZone: v.optional(newSiteBody.entries.timeZone),
    locations: newSiteBody.entries.locations,
    shifts,
    /** Of the locations that are not among `locations` any more those that are, under another name. */
    renames: v.optional(
      v.pipe(
        v.array(v.strictObject({ from: line(LOCATION_CHARS_MAX), to: line(LOCATION_CHARS_MAX) })),
        v.minLength(1),
        v.maxLength(LOCATIONS_MAX),
        v.check((renames) => isUnique(renames.flatMap(({ from, to }) => [from, to])), 'a location twice'),
      ),
    ),
  }),
  v.check(({ renames, locations }) => !renames || locations !== undefined, 'renames without the locations'),
  v.check((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change'),
);

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

export type NewSiteBody = v.InferOutput<typeof newSiteBody>;
export type SiteChangeBody = v.InferOutput<typeof siteChangeBody>;
export const roleBody = v.strictObject({ role: v.picklist(ROLES) });

export const invitationBody = v.strictObject({
  role: v.picklist(INVITED_ROLES),
  name: v.optional(line(PERSON_NAME_CHARS_MAX)),
});

const invitationToken = v.pipe(v.string(), v.maxLength(200));

export const lookBody = v.strictObject({ token: invitationToken });

/** Who has an account sends the token alone; a newcomer a name, and either email and password or a PIN. */
export const acceptBody = v.strictObject({
  token: invitationToken,
  name: v.optional(line(PERSON_NAME_CHARS_MAX)),
  email: v.optional(email),
  password: v.optional(newPassword),
  pin: v.optional(newPin),
});

/** `POST /api/auth/pin`. A PIN that has to be changed is changed by the new one beside it. */
export const pinBody = v.strictObject({ person: personId, pin: givenPin, newPin: v.optional(newPin) });

/** `POST /api/auth/pin/offline` */
export const pinOfflineBody = v.strictObject({
  person: personId,
  grant: v.pipe(v.string(), v.maxLength(200)),
});

/** `POST /api/auth/pin/change`: whose it is proves it by the PIN they have, or by their password. */
export const pinChangeBody = v.strictObject({
  pin: newPin,
  current: v.optional(givenPin),
  password: v.optional(givenPassword),
});

/** `POST /api/enrolments/claim` */
export const claimBody = v.strictObject({ secret: v.pipe(v.string(), v.maxLength(200)) });

/** `POST …/devices` */
export const enrolBody = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[0-9]{6}$/, 'not six digits')),
  name: line(PERSON_NAME_CHARS_MAX),
});

/** `PATCH …/devices/:device` */
export const deviceBody = v.strictObject({ name: line(PERSON_NAME_CHARS_MAX) });

export type EnrolBody = v.InferOutput<typeof enrolBody>;
export type InvitationBody = v.InferOutput<typeof invitationBody>;
export type AcceptBody = v.InferOutput<typeof acceptBody>;
export type SetupBody = v.InferOutput<typeof setupBody>;
export type LoginBody = v.InferOutput<typeof loginBody>;
export type TokenBody = v.InferOutput<typeof tokenBody>;
export type PasswordBody = v.InferOutput<typeof passwordBody>;
export type PinBody = v.InferOutput<typeof pinBody>;
export type PinOfflineBody = v.InferOutput<typeof pinOfflineBody>;
export type PinChangeBody = v.InferOutput<typeof pinChangeBody>;
export type ResetBody = v.InferOutput<typeof resetBody>;
