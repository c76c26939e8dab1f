-- The directory: sites, people, who may do what where, and sessions. Times are milliseconds since 1970.

CREATE TABLE sites (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9-]*'),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- IANA name.
  time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
  -- Names in the order the board shows them.
  locations TEXT NOT NULL CHECK (json_valid(locations) AND json_type(locations) = 'array'),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^A-Za-z0-9_-]*'),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- Lower case. Null for those who do not sign in by email.
  email TEXT UNIQUE COLLATE NOCASE CHECK (length(email) <= 254),
  -- scrypt$N$r$p$salt$hash. Null for those who do not sign in by password.
  password TEXT CHECK (password LIKE 'scrypt$%' AND length(password) <= 200),
  created_at INTEGER NOT NULL,
  -- From then on no sign-in and no session of theirs counts.
  deactivated_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
  person TEXT NOT NULL REFERENCES people (id),
  site TEXT NOT NULL REFERENCES sites (id),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'worker', 'lead', 'admin')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (person, site)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_site ON memberships (site, role);

CREATE TABLE sessions (
  -- SHA-256 of the secret in the cookie, base64url: a copy of this table opens nothing.
  hash TEXT PRIMARY KEY CHECK (length(hash) = 43),
  person TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  -- To the hour or so; the idle limit counts from here.
  last_used_at INTEGER NOT NULL,
  -- The absolute end.
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person, created_at);

-- Sign-in attempts in a window of time, by email and by address, both as keyed hashes.
CREATE TABLE attempts (
  key TEXT PRIMARY KEY CHECK (length(key) <= 64),
  -- When the window began.
  since INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_since ON attempts (since);
