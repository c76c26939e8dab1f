-- Invitations to a site, until some time after they have expired. One that is withdrawn is gone at once.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32),
  site TEXT NOT NULL REFERENCES sites (id),
  -- Nobody becomes an administrator by a link.
  role TEXT NOT NULL CHECK (role IN ('viewer', 'worker', 'lead')),
  -- Whom it is meant for, as far as whoever made it has said.
  name TEXT CHECK (length(name) BETWEEN 1 AND 60),
  -- SHA-256 of the token in the link, base64url: a copy of this table opens nothing.
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 43),
  created_by TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- How often it was tried with an email that somebody has already.
  tries INTEGER NOT NULL DEFAULT 0,
  -- Who has joined by it: it is good for one.
  used_by TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_site ON invitations (site, created_at);
