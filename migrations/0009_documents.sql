-- Personal documents: what follows a person from device to device. Times are milliseconds since 1970.

-- How far the documents of a person are.
CREATE TABLE document_books (
  person TEXT PRIMARY KEY REFERENCES people (id),
  version INTEGER NOT NULL CHECK (version > 0),
  -- Deletions up to this version may be forgotten: who knows less is told of all there is.
  forgotten INTEGER NOT NULL CHECK (forgotten >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  person TEXT NOT NULL REFERENCES people (id),
  key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64 AND key NOT GLOB '*[^a-z0-9._-]*'),
  -- Of the person's documents, at which it was written.
  version INTEGER NOT NULL CHECK (version > 0),
  updated_at INTEGER NOT NULL,
  -- JSON. Null: it has been deleted.
  value TEXT CHECK (json_valid(value)),
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

-- What was overwritten by somebody who had not seen it: of each document the last.
CREATE TABLE document_conflicts (
  person TEXT NOT NULL REFERENCES people (id),
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  value TEXT CHECK (json_valid(value)),
  -- The version that overwrote it.
  overwritten_by INTEGER NOT NULL,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
