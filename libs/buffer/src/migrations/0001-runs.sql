-- A run and where it stands. Names and addresses sort by code unit in every locale.
CREATE TABLE runs (
  run text COLLATE "C" PRIMARY KEY,
  config jsonb NOT NULL,
  -- SHA-256 of each competition's prepared data.
  fingerprints jsonb NOT NULL,
  -- Index into the run's phases: the one phase that may write.
  cursor integer NOT NULL DEFAULT 0 CHECK (cursor >= 0),
  -- The one model on the engine that may send and publish; 0 before the first.
  epoch integer NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  status text NOT NULL DEFAULT 'running'
    CHECK (status IN ('running', 'blocked', 'failed', 'finished', 'cancelled')),
  failure jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
