-- Attempts at signing in are counted exactly, in objects of their own, and not here.
DROP TABLE attempts;

-- Links that let somebody choose a new password: one a person, good for an hour and once.
CREATE TABLE password_resets (
  -- SHA-256 of the secret in the link, base64url.
  hash TEXT PRIMARY KEY CHECK (length(hash) = 43),
  person TEXT NOT NULL UNIQUE REFERENCES people (id),
  -- Who made it. What they may do is asked again when it is used.
  made_by TEXT NOT NULL REFERENCES people (id),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For what concerns a person and no site.
CREATE INDEX security_events_by_subject ON security_events (subject, id);
