-- Who acts may be no person: a tablet nobody has unlocked, a screen on a wall, a script.
ALTER TABLE people ADD COLUMN kind TEXT NOT NULL DEFAULT 'person'
  CHECK (kind IN ('person', 'device', 'wall', 'token'));

-- How a session began, and what its owner knows it by.
ALTER TABLE sessions ADD COLUMN via TEXT NOT NULL DEFAULT 'password'
  CHECK (via IN ('setup', 'password', 'pin', 'invitation', 'enrolment', 'token'));
-- The browser and system, in a few words; and the town and country the network places it in.
ALTER TABLE sessions ADD COLUMN agent TEXT CHECK (length(agent) <= 80);
ALTER TABLE sessions ADD COLUMN place TEXT CHECK (length(place) <= 80);

-- What happened to identities and rights, for administrators. The oldest over the cap go.
CREATE TABLE security_events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (length(type) <= 40),
  -- Null for what concerns no site, such as a sign-in.
  site TEXT,
  -- Who did it; null where nobody was signed in.
  actor TEXT,
  -- Whom or what it was done to.
  subject TEXT,
  -- JSON: never a secret, a password, a PIN or an address.
  details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details) AND length(details) <= 4000)
) STRICT;

CREATE INDEX security_events_by_site ON security_events (site, id);
