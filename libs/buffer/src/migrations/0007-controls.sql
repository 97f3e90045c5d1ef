-- A person may pause a run or stop it; what an execution was at then ends as stopped.
ALTER TABLE runs DROP CONSTRAINT runs_status_check;
ALTER TABLE runs ADD CONSTRAINT runs_status_check CHECK (
  status IN (
    'running', 'paused', 'blocked', 'stopping', 'stopped', 'failed', 'finished', 'cancelled'
  )
);

ALTER TABLE executions DROP CONSTRAINT executions_outcome_check;
ALTER TABLE executions ADD CONSTRAINT executions_outcome_check CHECK (
  outcome IN ('finished', 'lost', 'host lost', 'stopped')
);
