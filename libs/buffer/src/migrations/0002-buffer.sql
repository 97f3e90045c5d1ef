-- The buffer. Append-only by iteration: a state is born and evicted, its statistics are new rows.
CREATE TABLE states (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  address text COLLATE "C" NOT NULL,
  competition text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('draft', 'improve', 'debug')),
  depth integer NOT NULL CHECK (depth >= 0),
  born_iteration integer NOT NULL CHECK (born_iteration >= 0),
  -- The train attempt of iteration born_iteration that it came from; null for a root.
  slot integer,
  sample integer,
  -- The state that this attempt was made for; null for a root.
  parent_address text COLLATE "C",
  code_hash text,
  evicted_iteration integer CHECK (evicted_iteration > born_iteration),
  evicted_reason text,
  PRIMARY KEY (run, address),
  CHECK (num_nulls(slot, sample, parent_address, code_hash) IN (0, 4)),
  CHECK (num_nulls(evicted_iteration, evicted_reason) IN (0, 2))
);

CREATE TABLE state_statistics (
  run text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  visits integer NOT NULL,
  mean double precision NOT NULL,
  variance double precision NOT NULL,
  last_visited_iteration integer NOT NULL,
  success_rate double precision NOT NULL,
  children_variance double precision,
  PRIMARY KEY (run, address, iteration),
  FOREIGN KEY (run, address) REFERENCES states
);

CREATE TABLE priors (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  competition text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('draft', 'improve', 'debug')),
  iteration integer NOT NULL,
  visits integer NOT NULL,
  mean double precision NOT NULL,
  variance double precision NOT NULL,
  PRIMARY KEY (run, competition, kind, iteration)
);
