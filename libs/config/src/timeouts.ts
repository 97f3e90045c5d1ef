/** Time-outs and intervals in milliseconds, chosen so that a killed worker's work is taken up in seconds. */
export const Timeout = {
  /** A worker that is silent for so long is taken for dead. */
  heartbeatMs: 5_000,
  /** How often long activities report. Well under a third of `heartbeatMs`. */
  heartbeatEveryMs: 1_000,
  /** A workflow task waits for a dead worker's sticky queue for so long. */
  stickyScheduleToStartMs: 1_000,
  /** One short database activity. */
  shortActivityMs: 60_000,
  /** Allowance for starting, collecting and removing a sandbox, on top of its own wall limit. */
  provisioningMs: 600_000,
  /** First pause between tries; doubles up to `retryMaximumMs`, without a limit on tries. */
  retryInitialMs: 500,
  retryMaximumMs: 5_000,
  /** How often a waiting phase asks the database when no notification came. */
  turnPollMs: 1_000,
  /** How often a worker looks for parents that wait for a child which is over; it wakes those it finds twice. */
  stalledLookMs: 5_000,
} as const;
