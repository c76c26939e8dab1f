/**
 * The hub's own SQLite. Rows written are what a Durable Object costs: an edit writes three (its car, the log, its
 * device), so there is no index beside the primary keys, and tables keyed by text have no rowid.
 */
export const SCHEMA = `
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
`;
