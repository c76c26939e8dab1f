-- Security events are counted, and the oldest forgotten, by type: those of a site, and those of a person where no site is
-- concerned. One more row written for each event.
CREATE INDEX security_events_of_site ON security_events (site, type, id) WHERE site IS NOT NULL;
CREATE INDEX security_events_of_subject ON security_events (subject, type, id) WHERE site IS NULL;
