-- PINs: what people sign in with on an enrolled device, and nowhere else.
CREATE TABLE pins (
  person TEXT PRIMARY KEY REFERENCES people (id),
  -- scrypt over an HMAC whose key is not in this database: a copy of it gives no PIN away.
  hash TEXT NOT NULL CHECK (hash LIKE 'scrypt$%' AND length(hash) <= 200),
  digits INTEGER NOT NULL CHECK (digits BETWEEN 4 AND 6),
  expires_at INTEGER NOT NULL,
  -- Given by a lead: it is changed when it is first used, and gone when it has expired.
  is_temporary INTEGER NOT NULL CHECK (is_temporary IN (0, 1)),
  -- Part of what wrong PINs are counted under: with another one all counts begin anew.
  round INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Secrets that devices keep for people who have signed in there by their PIN: each lets its person in on its device once
-- more, as long as the PIN is the same and they belong to the site.
CREATE TABLE pin_grants (
  -- SHA-256 of the secret, base64url.
  hash TEXT PRIMARY KEY CHECK (length(hash) = 43),
  person TEXT NOT NULL REFERENCES people (id),
  device TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pin_grants_by_person ON pin_grants (person, device, created_at);
