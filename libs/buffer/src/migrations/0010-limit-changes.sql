-- Changes of a run's limits while it goes on, each with the first iteration of which it holds.
CREATE TABLE limit_changes (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  -- 1, 2, 3 … in the order accepted: of two that say the same thing, the later one holds.
  number integer NOT NULL CHECK (number >= 1),
  -- Of the update that asked for it: a second one of that id changes nothing.
  update_id text COLLATE "C" NOT NULL,
  from_iteration integer NOT NULL CHECK (from_iteration >= 1),
  -- null where the change leaves it alone.
  groups integer CHECK (groups >= 1),
  iterations integer CHECK (iterations >= 1),
  learning_rate double precision CHECK (learning_rate > 0),
  PRIMARY KEY (run, number),
  UNIQUE (run, update_id),
  CHECK (num_nonnulls(groups, iterations, learning_rate) >= 1)
);
