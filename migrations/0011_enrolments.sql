-- Browsers that ask to become a device of some site, until a lead says yes to one, or its time is over.
CREATE TABLE enrolments (
  -- SHA-256 of the secret that the browser keeps, base64url. With the yes it becomes that of its session.
  hash TEXT PRIMARY KEY CHECK (length(hash) = 43),
  -- The digits it shows, which tell it from the others. They open nothing.
  code TEXT NOT NULL UNIQUE CHECK (length(code) = 6 AND code NOT GLOB '*[^0-9]*'),
  -- As in `sessions`.
  agent TEXT CHECK (length(agent) <= 80),
  place TEXT CHECK (length(place) <= 80),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_device ON sessions (device) WHERE device IS NOT NULL;
