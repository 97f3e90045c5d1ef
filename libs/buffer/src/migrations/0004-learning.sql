-- What learn(k) decided. The row of an iteration is the mark that all of it is stored.
CREATE TABLE iterations (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  iteration integer NOT NULL,
  evolved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run, iteration)
);

CREATE TABLE rewards (
  run text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  sample integer NOT NULL,
  reward double precision NOT NULL,
  advantage double precision,
  used boolean NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (run, iteration, slot, sample),
  FOREIGN KEY (run, iteration) REFERENCES iterations,
  CHECK (used = (advantage IS NOT NULL))
);

CREATE TABLE group_outcomes (
  run text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  slot integer NOT NULL,
  mean double precision NOT NULL,
  variance double precision NOT NULL,
  valid_rate double precision NOT NULL,
  outcome text NOT NULL,
  PRIMARY KEY (run, iteration, slot),
  FOREIGN KEY (run, iteration) REFERENCES iterations
);

CREATE TABLE decisions (
  run text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  number integer NOT NULL,
  subject text NOT NULL,
  decision text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (run, iteration, number),
  FOREIGN KEY (run, iteration) REFERENCES iterations
);

-- Published policy versions; iteration k makes version k, version 0 is the start.
CREATE TABLE versions (
  run text COLLATE "C" NOT NULL REFERENCES runs,
  version integer NOT NULL CHECK (version >= 0),
  epoch integer NOT NULL,
  sha256 text,
  state_path text NOT NULL,
  sampler_path text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run, version)
);

-- Metrics of the optimiser steps of a version, addressed by (pass over the batch, minibatch).
CREATE TABLE update_metrics (
  run text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  pass integer NOT NULL,
  minibatch integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (run, version, pass, minibatch, name),
  FOREIGN KEY (run, version) REFERENCES versions
);
