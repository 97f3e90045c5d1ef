-- The models that a run had on engines, one after the other: who claimed each, and what ended its right to publish.
CREATE TABLE epochs (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  epoch integer NOT NULL CHECK (epoch >= 1),
  host text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null for the newest: it alone may publish.
  ended_at timestamptz,
  why text,
  PRIMARY KEY (run, epoch),
  CHECK (num_nulls(ended_at, why) IN (0, 2))
);
