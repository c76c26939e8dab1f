-- Tokens for scripts and gates. One acts as a row of `people`, of kind 'token', with one membership and one session, whose
-- hash is that of its secret: directory, hubs and history know it as they know anybody.

CREATE TABLE tokens (
  person TEXT PRIMARY KEY REFERENCES people (id),
  made_by TEXT NOT NULL REFERENCES people (id)
) STRICT, WITHOUT ROWID;
