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
/** Changes of a site's settings that a hub keeps until the directory has recorded them; the oldest go unrecorded. */
export const SETTINGS_CHANGES_MAX = 50;
/** One appended note. */
export const NOTE_CHARS_MAX = 280;
/** All notes of a car. An append past it is `notes-full`. */
export const NOTES_CHARS_MAX = 2_000;

/**
 * Devices a hub remembers. One that never sent an edit is forgotten first, then the one not heard of for longest, which
 * starts again at seq 1.
 */
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
/** A device acknowledges what it receives after so many characters, or so many milliseconds, whichever comes first. */
export const ACK_CHARS = 32 * 1024;
export const ACK_MS = 5_000;
/**
 * What a socket is sent ahead of its acknowledgements, in characters; what it is welcomed with apart. More: it is fed no
 * longer until it has read. As UTF-8 they are 768 KiB at most, and a device out on the floor reads them within seconds.
 */
export const LAG_CHARS_MAX = 256 * 1024;
/** A socket that is not fed and reads nothing for so long is closed with 4508. */
export const LAG_MS_MAX = 10_000;
/**
 * What a socket may send: a frame costs a token, each edit in it a tenth of one. A queue of 3,000 edits goes at once and
 * 1,500 edits a second after it, in large frames, which is what a hub takes; a frame a tap, 180 a second. Over it: the
 * frame is refused with `slow-down`.
 */
export const SENDING_TOKENS_MAX = 500;
export const SENDING_TOKENS_PER_S = 200;
/** Frames over it that a socket may send; with the last of them it is closed with 4429. */
export const SENDING_STRIKES_MAX = 3;
/**
 * Devices a hub welcomes: so many at once, and so many a second after. The others are closed with 4429 and told when it
 * is their turn. A whole site of 500 is back at once, and a thousand within two seconds.
 */
export const HELLOS_MAX = 600;
export const HELLOS_PER_S = 400;
/**
 * Sessions a hub knows, those that were revoked among them; which goes is said at `admit`. One that is forgotten is asked
 * of the directory again.
 */
export const SESSIONS_MAX = 5_000;
/** Names of people a hub knows; which go is said at `learnName`. */
export const NAMES_MAX = 10_000;
/** Revoked ones that nobody admitted has to make room for, but that stay: the newest. */
export const REVOKED_KEPT = 200;
/** Open items a hub lists for those who settle; the oldest over it, and what is reported then, stay with their devices alone. */
export const ATTENTION_MAX = 1_000;
/**
 * How many of them one person takes up, by what they push and what they report, under whatever author. Over it their own
 * oldest makes room, and a report of theirs stays with their device: nobody can fill the list for the others.
 */
export const ATTENTION_PER_PERSON_MAX = 500;
/** Ids of settled items a hub remembers, so that a late report does not open them again; the oldest go. */
export const ATTENTION_SETTLED_MAX = 1_000;
/** One item, in bytes of JSON. The rows and conflicts of a larger one are shown on its own device alone. */
export const ATTENTION_ITEM_BYTES_MAX = 32 * 1024;
/** An `attention` frame from the hub, in bytes. More items go in further frames. */
export const ATTENTION_FRAME_BYTES_MAX = 64 * 1024;
/** Items in one `attention` frame towards the hub. */
export const ATTENTION_ITEMS_PER_FRAME_MAX = 50;
/** People whose edits a device says it holds. */
export const HOLDINGS_MAX = 20;
export const APP_VERSION_CHARS_MAX = 32;
/** Devices in the list for leads, those heard of last. It says how many more there are. */
export const FLEET_DEVICES_MAX = 500;
/** Between two roll-calls of a site. Sooner: 429. */
export const ROLL_CALL_MS_MIN = 1_000;
/** People a hub remembers to have asked the directory about; the oldest is asked about again. */
export const MEMBERS_KNOWN_MAX = 1_000;
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
/**
 * Entries of history verified in one request, and their characters: it ends early rather than grow past them. An entry
 * takes about 9 µs, and the smallest plan of a Worker has 10 ms of CPU for a request.
 */
export const VERIFY_PAGE_ENTRIES_MAX = 1_000;
export const VERIFY_PAGE_CHARS_MAX = 1_000_000;

export const PERSON_NAME_CHARS_MAX = 60;
export const EMAIL_CHARS_MAX = 254;
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;

/** Edits waiting on a device. At the cap the next is refused and the person is told; nothing is dropped. */
export const OUTBOX_MAX = 20_000;
/** Answers to other tabs that the leading one remembers, so that what is asked again is done once; the oldest go. */
export const TAB_ANSWERS_KEPT_MAX = 1_000;

/** How long a session lives, used or not, and how long it lives unused. */
export const SESSION_MS_MAX = 30 * 24 * 3_600_000;
export const SESSION_IDLE_MS_MAX = 14 * 24 * 3_600_000;
/** The same for an enrolled device that nobody has signed in on. A screen on a wall may rest for as long as it lives. */
export const DEVICE_MS_MAX = 400 * 24 * 3_600_000;
export const DEVICE_IDLE_MS_MAX = 90 * 24 * 3_600_000;
export const WALL_MS_MAX = 3_650 * 24 * 3_600_000;
/** Sessions of one person. Signing in once more ends the oldest. */
export const SESSIONS_PER_PERSON_MAX = 50;
/** Sites named in the signed hint of a cookie, which browsers cap at 4,096 bytes; further ones are looked up. */
export const HINT_SITES_CHARS_MAX = 1_500;
/** How long a token lasts at most, in days. */
export const TOKEN_DAYS_MAX = 365;
/** Tokens of a site that are good. One more is `tokens-full`. */
export const TOKENS_PER_SITE_MAX = 50;
/** Tokens of a site that have expired or been ended, kept; the oldest are forgotten when one is made. */
export const TOKENS_PAST_MAX = 50;
/** The use of a token is noted as often; a Worker remembers of so many that it has, the oldest are noted again. */
export const TOKEN_NOTE_MS = 3_600_000;
export const TOKENS_NOTED_MAX = 1_000;
/** How long the digits that a new device shows are good. */
export const ENROLMENT_MS_MAX = 10 * 60_000;
/** Devices that show digits at once, over all sites: a wrong digit rarely meets another's. One more waits: 429. */
export const ENROLMENTS_MAX = 300;
/** Enrolments begun within a window of sign-ins from one address. More: 429 until it ends. */
export const ENROLMENTS_PER_ADDRESS_MAX = 30;
/** The same from one block of IPv6 networks, as one customer is given: nobody takes the places of all sites. */
export const ENROLMENTS_PER_BLOCK_MAX = 60;
/** Wrong digits that one person tries within such a window. More: 429 until it ends. */
export const ENROLMENT_TRIES_PER_PERSON_MAX = 20;
/** Devices and walls of a site. One more is `devices-full`. */
export const DEVICES_PER_SITE_MAX = 200;
/** Devices of a site that have been ended, kept; the oldest are forgotten when another comes. */
export const DEVICES_PAST_MAX = 50;
/** Screens on the walls of a site. One more is `walls-full`. */
export const WALLS_PER_SITE_MAX = 20;
/** Shifts of a site's day, and the name of one. */
export const SHIFTS_MAX = 8;
export const SHIFT_NAME_CHARS_MAX = 30;
/** Sites of an installation. One more is `sites-full`. */
export const SITES_MAX = 500;
/** Sites in an overview, the first by name: the cars of each are counted anew. It says how many more there are. */
export const OVERVIEW_SITES_MAX = 50;
/**
 * Security events kept of one type, on a site, and of a person where no site is concerned; the oldest go. So a flood pushes
 * out nothing but its like. A list of names in one is cut.
 */
export const SECURITY_EVENTS_MAX = 2_000;
export const SECURITY_TEXT_CHARS_MAX = 300;
/** Exports by the same person, of the same thing, are recorded as often. */
export const EXPORT_NOTE_MS = 10 * 60_000;
/** Sign-ins tried within a window, for one email and from one address. More: 429 until the window ends. */
export const SIGN_IN_WINDOW_MS = 15 * 60_000;
export const SIGN_IN_TRIES_PER_EMAIL_MAX = 10;
/** A whole site can stand behind one address and begin its shift at once. */
export const SIGN_IN_TRIES_PER_ADDRESS_MAX = 100;
/** Digits of a PIN. */
export const PIN_DIGITS_MIN = 4;
export const PIN_DIGITS_MAX = 6;
/**
 * Wrong PINs of one person on one device: after so many the next has to wait, at first so long and with each further
 * one twice as long, and after so many in all a lead has to help. Short of that they are forgotten after a day.
 */
export const PIN_TRIES_MAX = 5;
export const PIN_WAIT_MS_MIN = 30_000;
export const PIN_TRIES_BLOCK = 10;
export const PIN_TRIES_KEPT_MS = 24 * 3_600_000;
/** Wrong PINs of one person on all devices, within a shift: nobody goes from tablet to tablet with a list. */
export const PIN_TRIES_PER_PERSON_MAX = 30;
export const PIN_TRIES_WINDOW_MS = 12 * 3_600_000;
/** How long a PIN lasts that somebody chose, and one that a lead gave, which is changed when it is first used. */
export const PIN_MS_MAX = 180 * 24 * 3_600_000;
export const PIN_TEMPORARY_MS_MAX = 72 * 3_600_000;
/** How long a PIN lets in on a device that is everybody's: a shift. On one's own it is as long as any session. */
export const PIN_SESSION_MS_MAX = 12 * 3_600_000;
/** Sessions of one person on one device; the oldest end. */
export const PIN_SESSIONS_PER_DEVICE_MAX = 4;
/** How long a device may hold a grant of somebody who has signed in on it, and how many; the oldest go. */
export const PIN_GRANT_MS_MAX = 30 * 24 * 3_600_000;
export const PIN_GRANTS_PER_DEVICE_MAX = 4;
/** How long a link that lets somebody choose a new password is good for. It works once, and a newer one ends it. */
export const RESET_MS_MAX = 3_600_000;
/** What a session is known by to its owner; a longer text is cut. */
export const SESSION_AGENT_CHARS_MAX = 80;
export const SESSION_PLACE_CHARS_MAX = 80;
/** Security events on a page. */
export const SECURITY_PAGE = 50;
export const SECURITY_PAGE_MAX = 200;

/**
 * People, devices and tokens of a site, without those that have been ended; and invitations of it that nobody has used
 * yet. One more is `people-full`.
 */
export const SITE_PEOPLE_MAX = 2_000;
export const INVITATIONS_MAX = 100;
/** How long an invitation is good. */
export const INVITATION_MS_MAX = 72 * 3_600_000;
/** Emails that somebody has already, tried with one invitation: with the last it is over. Its link asks after nobody. */
export const INVITATION_TRIES_MAX = 10;
/** The same with all invitations of one inviter, in a day. Then no email joins by them until it ends: 429. */
export const EMAILS_TAKEN_PER_INVITER_MAX = 50;
export const EMAILS_TAKEN_WINDOW_MS = 24 * 3_600_000;

/** One JSON parameter of a D1 statement, in bytes: rows and values there end at 2 MB. */
export const D1_PARAMETER_BYTES_MAX = 900_000;
/** A log entry in one row of the archive, in characters; the cars of a longer one go into rows of their own. */
export const HISTORY_ENTRY_CHARS_MAX = 16_000;
/** A page of history, in characters. It ends early rather than grow past this. */
export const HISTORY_PAGE_CHARS_MAX = 4_000_000;

/** A personal document, as JSON in bytes of UTF-8. Larger: 413. Nested deeper: 422. */
export const DOCUMENT_BYTES_MAX = 64 * 1024;
export const DOCUMENT_DEPTH_MAX = 32;
export const DOCUMENT_KEY_CHARS_MAX = 64;
/** Documents of one person; one more is refused. Deletions remembered beside them; the oldest go. */
export const DOCUMENTS_MAX = 100;
export const DOCUMENT_TOMBSTONES_MAX = 100;
/** Overwritten values kept for one person, the last of each document; the oldest go. */
export const DOCUMENT_CONFLICTS_MAX = 20;
/** Changes in one request, and the body they come in. */
export const DOCUMENT_CHANGES_MAX = 100;
export const DOCUMENTS_BODY_BYTES_MAX = 1024 * 1024;
/** Name of a saved view of the board. */
export const VIEW_NAME_CHARS_MAX = 40;
