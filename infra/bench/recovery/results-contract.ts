/** Times after a kill, seconds. */
export interface Spread {
  n: number;
  median: number;
  p95: number;
  longest: number;
}

/** An activity that was under way when its worker died, and was taken up again. */
export interface Recovery {
  /** Of the activity: `execute`, `awaitTurn`, … */
  kind: string;
  /** From the kill to the first heartbeat of the next try. */
  seconds: number;
  /**
   * Whether that heartbeat was read; otherwise the try was over between two looks, and its start is taken, with
   * which every activity sends its first heartbeat.
   */
  heartbeatSeen: boolean;
}

export interface KillResult {
  number: number;
  phase: string;
  /** The line at which the worker stood. */
  point: string;
  /** From the kill until another worker asked for tasks. */
  awaySeconds: number;
  recoveries: Recovery[];
}

export interface KillsResult {
  seed: number;
  recipe: string;
  kills: number;
  away: Spread;
  recovery: Spread;
  byKind: Record<string, Spread>;
  byPhase: Record<string, Spread>;
  single: KillResult[];
}

/** What Temporal recorded of an undisturbed run. */
export interface TimeOutCounts {
  workflows: number;
  /** Tries that began and ended one way or another. */
  activities: number;
  /** Activities that timed out for good. */
  timedOut: number;
  /** Activities that needed more than one try. */
  triedAgain: number;
  /** Workflow tasks that a worker took and did not answer in time. */
  lateWorkflowTasks: number;
}

export interface BusyResult extends TimeOutCounts {
  busyProcesses: number;
  seconds: number;
}

/** One run with two workers. */
export interface TimedRun {
  seconds: number;
  attempts: number;
  executions: number;
  /** Wall time of single executions, seconds: median and ends of the middle 80 %. */
  executionSeconds: [median: number, p10: number, p90: number];
  /** Containers that ran at once, at most. */
  mostAtOnce: number;
}

export interface EffectiveResult {
  /** Undisturbed wall time by disturbed. */
  effectiveTime: number;
  kills: number;
  /** From a kill until the worker that was started at once asked for tasks; without those killed again before. */
  away: Spread;
  undisturbed: TimedRun;
  disturbed: TimedRun;
  digestsEqual: boolean;
}

export interface Results {
  benchmark: 'recovery';
  /** When these results were written, ISO 8601. */
  madeAt: string;
  machine: { cpu: string; cores: number; memoryBytes: number; loadAtStart: number };
  kills?: KillsResult;
  busy?: BusyResult;
  effective?: EffectiveResult;
}
