-- Enrolled devices of a site: tablets and phones on which people sign in by PIN, and screens on a wall. One acts as a row
-- of `people`, of kind 'device' or 'wall', with one membership as viewer and one session: directory, hubs and history
-- know it as they know anybody.
CREATE TABLE devices (
  person TEXT PRIMARY KEY REFERENCES people (id),
  made_by TEXT NOT NULL REFERENCES people (id),
  -- Whose phone it is. Null: it is everybody's.
  owner TEXT REFERENCES people (id)
) STRICT, WITHOUT ROWID;

-- The device on which a PIN began it: with the device it ends.
ALTER TABLE sessions ADD COLUMN device TEXT REFERENCES people (id);
