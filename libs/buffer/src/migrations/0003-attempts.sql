-- Groups and their attempts. An attempt exists from the moment its completion is stored.
CREATE TABLE groups (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  track text COLLATE "C" NOT NULL CHECK (track IN ('train', 'evaluation')),
  -- For evaluations the policy version that is measured.
  iteration integer NOT NULL,
  slot integer NOT NULL,
  state_address text COLLATE "C" NOT NULL,
  competition text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('draft', 'improve', 'debug')),
  version integer NOT NULL,
  probability double precision NOT NULL,
  priority double precision NOT NULL,
  spare boolean NOT NULL,
  prompt integer[],
  PRIMARY KEY (run, track, iteration, slot)
);

-- Sampling requests as they were sent to the engine; a lost one was forgotten by it.
CREATE TABLE requests (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  try integer NOT NULL CHECK (try >= 1),
  request_id text NOT NULL,
  seed bigint NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lost_at timestamptz,
  lost_why text,
  PRIMARY KEY (run, track, iteration, slot, try),
  FOREIGN KEY (run, track, iteration, slot) REFERENCES groups
);

CREATE TABLE completions (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  tokens integer[] NOT NULL,
  logprobs double precision[] NOT NULL,
  code_sha text NOT NULL,
  -- Of the normalised code.
  code_hash text NOT NULL,
  PRIMARY KEY (run, track, iteration, slot, sample),
  FOREIGN KEY (run, track, iteration, slot) REFERENCES groups,
  CHECK (cardinality(tokens) = cardinality(logprobs))
);

-- An execution is claimed here before its sandbox starts.
CREATE TABLE executions (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  execution integer NOT NULL CHECK (execution >= 1),
  host text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('finished', 'lost', 'host lost')),
  why text,
  PRIMARY KEY (run, track, iteration, slot, sample, execution),
  FOREIGN KEY (run, track, iteration, slot, sample) REFERENCES completions,
  CHECK (num_nulls(ended_at, outcome) IN (0, 2))
);

-- At most one execution of an attempt is under way.
CREATE UNIQUE INDEX open_executions ON executions (run, track, iteration, slot, sample)
  WHERE ended_at IS NULL;

CREATE TABLE results (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  execution integer NOT NULL,
  verdict text NOT NULL,
  error_type text,
  error_text text,
  validation_score double precision,
  submission_sha text,
  stdout_sha text,
  stderr_sha text,
  cpu_seconds double precision NOT NULL,
  wall_seconds double precision NOT NULL,
  peak_memory_bytes bigint NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (run, track, iteration, slot, sample),
  FOREIGN KEY (run, track, iteration, slot, sample, execution) REFERENCES executions
);

-- An attempt is closed by one of the two: a grade, or a loss that nobody is to blame for.
CREATE TABLE grades (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  valid boolean NOT NULL,
  score double precision,
  reference_percentile double precision,
  invalid_reason text,
  detail text,
  graded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run, track, iteration, slot, sample),
  FOREIGN KEY (run, track, iteration, slot, sample) REFERENCES completions
);

CREATE TABLE losses (
  run text COLLATE "C" NOT NULL,
  track text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  why text NOT NULL,
  lost_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run, track, iteration, slot, sample),
  FOREIGN KEY (run, track, iteration, slot, sample) REFERENCES completions
);
