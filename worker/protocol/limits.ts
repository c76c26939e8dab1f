/**
 * Every cap of the system in one place (rule B1). A queue, table, frame or buffer that can grow has its
 * number here, and the code that meets the cap says what happens then.
 */

/** A frame towards the hub, in bytes of UTF-8. Larger: the socket is closed with 4413. */
export const FRAME_UP_BYTES_MAX = 64 * 1024;
/** A frame from the hub. Frames just under 1 MB have failed on hibernated sockets elsewhere. */
export const FRAME_DOWN_BYTES_MAX = 900_000;
/** Edits in one frame or one `sync` exchange. More: the frame is refused whole. */
export const EDITS_PER_FRAME_MAX = 1_000;

/** Live cars on a site. One more is `site-full`. */
export const CARS_MAX = 5_000;
/** Removed cars kept as tombstones, newest first; the oldest go (see `tombstonesToForget`). A whole site can come back. */
export const TOMBSTONES_MAX = 5_000;
export const CAR_ID_CHARS_MAX = 16;
export const LOCATIONS_MAX = 60;
export const LOCATION_CHARS_MAX = 24;
export const SITE_NAME_CHARS_MAX = 60;
/** One appended note. */
export const NOTE_CHARS_MAX = 280;
/** All notes of a car. An append past it is `notes-full`. */
export const NOTES_CHARS_MAX = 2_000;

/** Devices a hub remembers; the one not heard of for longest is forgotten first and starts again at seq 1. */
export const DEVICES_MAX = 5_000;
/** Outcomes kept for a device that has not said it has seen them. At the cap its pushes wait (`slow-down`). */
export const OUTCOMES_UNSEEN_MAX = 2_000;
/** Outcomes kept after a device has seen them, so that a half-lost store still gets the same answer. */
export const OUTCOMES_SEEN_KEPT = 16;
/** Repeatable REST requests (`Idempotency-Key`) a hub remembers; the oldest go. */
export const IDEMPOTENCY_KEYS_MAX = 1_000;

/** How far back undo reaches: versions of one person, age, and log entries of the site. */
export const UNDO_VERSIONS_MAX = 20;
export const UNDO_AGE_MS_MAX = 7 * 24 * 3_600_000;
/** Log entries the hub keeps once they are archived. Unarchived ones are never pruned. */
export const LOG_TAIL_MAX = 5_000;

/** Sockets of one person on one site. One more is closed with 4429. */
export const SOCKETS_PER_PERSON_MAX = 100;
/** Sockets of one site. One more is closed with 4429. */
export const SOCKETS_MAX = 5_000;
/** Frames that do not parse a socket may send before it is closed with 4400. */
export const BAD_FRAMES_MAX = 3;
/** Sessions a hub keeps admitted; the one used longest ago is forgotten and asked of the directory again. */
export const SESSIONS_MAX = 5_000;
/** People a `people` frame names. */
export const PEOPLE_MAX = 500;

/** Bodies over HTTP, in bytes. Larger is 413. */
export const JSON_BODY_BYTES_MAX = 64 * 1024;
export const SYNC_BODY_BYTES_MAX = 1024 * 1024;
export const CSV_BODY_BYTES_MAX = 1024 * 1024;
/** Rows of a roster. */
export const CSV_ROWS_MAX = 5_000;

/** Entries on a page of history. */
export const HISTORY_PAGE = 100;
export const HISTORY_PAGE_MAX = 500;

export const PERSON_NAME_CHARS_MAX = 60;
export const EMAIL_CHARS_MAX = 254;
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;

/** Edits waiting on a device. At the cap the next is refused and the person is told; nothing is dropped. */
export const OUTBOX_MAX = 20_000;

/** How long a session lives, used or not, and how long it lives unused. */
export const SESSION_MS_MAX = 30 * 24 * 3_600_000;
export const SESSION_IDLE_MS_MAX = 14 * 24 * 3_600_000;
/** Sessions of one person. Signing in once more ends the oldest. */
export const SESSIONS_PER_PERSON_MAX = 50;
/** Sites named in the signed hint of a cookie, which browsers cap at 4,096 bytes; further ones are looked up. */
export const HINT_SITES_CHARS_MAX = 1_500;
/** Sign-ins tried within a window, for one email and from one address. More: 429 until the window ends. */
export const SIGN_IN_WINDOW_MS = 15 * 60_000;
export const SIGN_IN_TRIES_PER_EMAIL_MAX = 10;
/** A whole site can stand behind one address and begin its shift at once. */
export const SIGN_IN_TRIES_PER_ADDRESS_MAX = 100;
/** Counters kept for that; the oldest go. */
export const SIGN_IN_COUNTERS_MAX = 20_000;

/** One JSON parameter of a D1 statement, in bytes: rows and values there end at 2 MB. */
export const D1_PARAMETER_BYTES_MAX = 900_000;
/** A log entry in one row of the archive, in characters; the cars of a longer one go into rows of their own. */
export const HISTORY_ENTRY_CHARS_MAX = 16_000;
/** A page of history, in characters. It ends early rather than grow past this. */
export const HISTORY_PAGE_CHARS_MAX = 4_000_000;
