-- What a run began with: a version of an earlier run of its series, resolved once when the run was opened. All
-- null for a run that began with fresh weights. A version that a run began with cannot go.
ALTER TABLE runs
  ADD COLUMN series text COLLATE "C",
  ADD COLUMN origin_run text COLLATE "C",
  ADD COLUMN origin_version integer,
  ADD COLUMN origin_sha256 text,
  ADD COLUMN origin_state_path text,
  ADD FOREIGN KEY (origin_run, origin_version) REFERENCES versions (run, version),
  ADD CHECK (num_nulls(origin_run, origin_version, origin_state_path) IN (0, 3));

CREATE INDEX runs_of_series ON runs (series, created_at) WHERE series IS NOT NULL;
