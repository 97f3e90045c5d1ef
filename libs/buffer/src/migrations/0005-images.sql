-- What an attempt's program saw as its system: content id of a container's image, null for its host's own.
ALTER TABLE results ADD COLUMN image text;
