-- Where a run left another one, whose record up to there it shares; null for a run of its own.
ALTER TABLE runs
  ADD COLUMN forked_from text COLLATE "C" REFERENCES runs,
  ADD COLUMN forked_iteration integer CHECK (forked_iteration >= 0),
  ADD CHECK (num_nulls(forked_from, forked_iteration) IN (0, 2));
