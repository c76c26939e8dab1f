-- When the hub took the name, time zone and locations that stand here, in hub milliseconds; 0 for those a site began with.
-- They come from the hub twice, at once and with its checkpoints: the newest stays.
ALTER TABLE sites ADD COLUMN settings_at INTEGER NOT NULL DEFAULT 0;
