-- Verifying the history a page at a time asks which cars are listed under its versions, and finds one too many as well as
-- one too few. One more row written for each car of an archived version.
CREATE INDEX history_cars_by_version ON history_cars (site, version);
