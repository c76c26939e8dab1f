-- Shifts of a site's day: objects with a name, a start and an end, as HH:MM by the site's clock, in the order they were given.
ALTER TABLE sites ADD COLUMN shifts TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(shifts) AND json_type(shifts) = 'array');
