-- The archive: what the hubs copy here behind everybody's back. Times are milliseconds since 1970.

-- What the archive of a site is as of (rule A2).
CREATE TABLE archive_sites (
  site TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 0),
  -- Hub time of the checkpoint.
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Cars as of the version above, tombstones included.
CREATE TABLE archive_cars (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
  car TEXT NOT NULL CHECK (json_valid(car)),
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

-- Names of the people that cars and history speak of, as the hub knew them.
CREATE TABLE archive_names (
  site TEXT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (site, person)
) STRICT, WITHOUT ROWID;

-- One row per applied edit (rule A1).
CREATE TABLE history (
  site TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  at INTEGER NOT NULL,
  person TEXT NOT NULL,
  type TEXT NOT NULL,
  -- The log entry as JSON. Where `parts` is not 0, its cars are in `history_parts`.
  entry TEXT NOT NULL CHECK (json_valid(entry)),
  parts INTEGER NOT NULL,
  -- Characters of all of it, for keeping a page within bounds.
  size INTEGER NOT NULL,
  PRIMARY KEY (site, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX history_by_person ON history (site, person, version);
CREATE INDEX history_by_time ON history (site, at);

-- The cars of an entry too large for one row: an import or a bulk removal.
CREATE TABLE history_parts (
  site TEXT NOT NULL,
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  cars TEXT NOT NULL CHECK (json_valid(cars)),
  PRIMARY KEY (site, version, part)
) STRICT, WITHOUT ROWID;

-- Which versions touched a car.
CREATE TABLE history_cars (
  site TEXT NOT NULL,
  car TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (site, car, version)
) STRICT, WITHOUT ROWID;

-- What is in the history stays as it is. The insert triggers are there for REPLACE, which fires no delete trigger.
CREATE TRIGGER history_no_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_no_replace BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE site = NEW.site AND version = NEW.version)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER history_parts_no_update BEFORE UPDATE ON history_parts
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_parts_no_delete BEFORE DELETE ON history_parts
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_parts_no_replace BEFORE INSERT ON history_parts
WHEN EXISTS (SELECT 1 FROM history_parts WHERE site = NEW.site AND version = NEW.version AND part = NEW.part)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER history_cars_no_update BEFORE UPDATE ON history_cars
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_cars_no_delete BEFORE DELETE ON history_cars
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
