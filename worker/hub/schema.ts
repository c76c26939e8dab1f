/**
 * The hub's own SQLite, step by step: what takes an empty storage to the first layout, and each layout to the next. A
 * storage that an earlier version made is taken through the steps it lacks when it is loaded. A step is never edited
 * once it has landed, and only adds: while a deploy is under way the version before may run on it. So a row is written with
 * its columns named.
 *
 * Rows written are what a Durable Object costs: an edit writes three (its car, the log, its device), so there is no
 * index beside the primary keys, and tables keyed by text have no rowid.
 */
export const LAYOUTS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE car (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE log (
    version INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry TEXT NOT NULL,
    parts INTEGER NOT NULL
  );
  -- What of an entry, or of a device's kept outcomes, does not fit a row.
  CREATE TABLE log_part (version INTEGER, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (version, part)) WITHOUT ROWID;
  CREATE TABLE device_part (id TEXT, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (id, part)) WITHOUT ROWID;
  CREATE TABLE device (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    kept TEXT NOT NULL,
    parts INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE session (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE name (person TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE answer (n INTEGER PRIMARY KEY, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
  `,
  // Open items, and in the place of those settled last their ids alone. `at` is when each came to be so.
  'CREATE TABLE attention (id TEXT PRIMARY KEY, at INTEGER NOT NULL, item TEXT) WITHOUT ROWID;',
  // What a device has said of itself, as JSON; null for one that has not come since.
  'ALTER TABLE device ADD COLUMN standing TEXT;',
];
