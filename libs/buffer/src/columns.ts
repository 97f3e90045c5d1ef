import { Track } from '@ace/config/pure';

/** Whether a column enters the digest, and why. */
export type ColumnRule = Readonly<
  | {
      in: string;
      /** Nothing of a value that is null enters: what began later leaves the digests before it as they are. */
      unlessNull?: true;
      /** Column with the iteration that the value belongs to, where it is not the row's. */
      iteration?: string;
    }
  | { out: string }
>;

export interface TableRule {
  /** Columns that order a run's rows by address; none for a table of which nothing enters the digest. */
  order: readonly string[];
  /** Column with the row's iteration (or version); null for rows of the run as a whole. */
  iteration: string | null;
  /** The rows' track, or the column that says it. */
  track: Track | { column: string };
  /** Of a run without rows nothing enters, not even the table's name: as {@link ColumnRule.unlessNull}. */
  unlessEmpty?: true;
  columns: Readonly<Record<string, ColumnRule>>;
}

const address: ColumnRule = { in: 'address' };
const runName: ColumnRule = { out: "the run's name" };
const clock: ColumnRule = { out: 'a clock' };
const host: ColumnRule = { out: 'a host' };
const tries: ColumnRule = { out: 'how often something was tried' };
const request: ColumnRule = { out: 'how the engine was asked, not what it answered' };
const place: ColumnRule = { out: 'where an execution ran and how it went, not what came of it' };
const prose: ColumnRule = { out: 'text for people, may name what was measured' };
const rawLog: ColumnRule = { out: 'a raw log names times and paths' };
const measured: ColumnRule = { out: 'measured on a busy machine' };
const standing: ColumnRule = { out: 'where the run stands, not what it did' };
const path: ColumnRule = { out: 'a path on the engine, names epochs' };
const schema: ColumnRule = { out: "the database's, not a run's" };
const statistic: ColumnRule = { in: 'a statistic of the buffer' };
const eviction: ColumnRule = { in: 'a decision', iteration: 'evicted_iteration' };

const groupAddress = { run: runName, track: address, iteration: address, slot: address };
const attemptAddress = { ...groupAddress, sample: address };
const ofTrack = { iteration: 'iteration', track: { column: 'track' } };
const ofTraining = { iteration: 'iteration', track: Track.Train };
const notDigested = { order: [], iteration: null, track: Track.Train };
const groupOrder = ['track', 'iteration', 'slot'];
const attemptOrder = [...groupOrder, 'sample'];

/**
 * Every column of every table, in or out of the digest. Tables come in the order of cause and effect, so
 * that the first that differs is the one to look at.
 */
export const tableRules: Readonly<Record<string, TableRule>> = {
  migrations: {
    ...notDigested,
    columns: { version: schema, name: schema, applied_at: clock },
  },
  runs: {
    ...notDigested,
    columns: {
      run: runName,
      config: { in: 'what was asked for, seed included' },
      fingerprints: { in: 'the data that it ran on' },
      cursor: standing,
      epoch: tries,
      status: standing,
      failure: standing,
      series: { out: 'a name of runs' },
      origin_run: { out: "another run's name" },
      origin_version: { out: 'which one of that run: its weights speak for it' },
      origin_sha256: { in: 'what it began with', unlessNull: true },
      origin_state_path: path,
      created_at: clock,
      finished_at: clock,
      forked_from: runName,
      forked_iteration: { out: 'what is shared is in the rows' },
    },
  },
  limit_changes: {
    iteration: 'from_iteration',
    track: Track.Train,
    order: ['number'],
    unlessEmpty: true,
    columns: {
      run: runName,
      number: address,
      update_id: { out: 'whoever asked named it' },
      from_iteration: { in: 'what was asked for while it ran' },
      groups: { in: 'what was asked for while it ran' },
      iterations: { in: 'what was asked for while it ran' },
      learning_rate: { in: 'what was asked for while it ran' },
    },
  },
  groups: {
    ...ofTrack,
    order: groupOrder,
    columns: {
      ...groupAddress,
      state_address: { in: 'what was chosen' },
      competition: { in: 'what was chosen' },
      kind: { in: 'what was chosen' },
      version: { in: 'which policy acted' },
      probability: { in: 'how it was chosen' },
      priority: { in: 'how it was chosen' },
      spare: { in: 'how it was chosen' },
      prompt: { in: 'what the policy saw' },
    },
  },
  requests: {
    ...notDigested,
    columns: {
      run: runName,
      track: request,
      iteration: request,
      slot: request,
      try: tries,
      request_id: request,
      seed: { out: 'follows from the config and the address' },
      sent_at: clock,
      lost_at: clock,
      lost_why: prose,
    },
  },
  completions: {
    ...ofTrack,
    order: attemptOrder,
    columns: {
      ...attemptAddress,
      tokens: { in: 'what the policy wrote' },
      logprobs: { in: 'what the policy wrote' },
      code_sha: { in: 'what the policy wrote' },
      code_hash: { in: 'what the policy wrote' },
    },
  },
  executions: {
    ...notDigested,
    columns: {
      run: runName,
      track: place,
      iteration: place,
      slot: place,
      sample: place,
      execution: tries,
      host,
      claimed_at: clock,
      ended_at: clock,
      outcome: place,
      why: prose,
    },
  },
  results: {
    ...ofTrack,
    order: attemptOrder,
    columns: {
      ...attemptAddress,
      execution: tries,
      verdict: { in: 'how the program ended' },
      error_type: { in: 'how the program ended, normalised' },
      error_text: { in: 'how the program ended, normalised' },
      validation_score: { in: 'what the program said of itself' },
      submission_sha: { out: 'half-written when killed; the score speaks for a whole one' },
      stdout_sha: rawLog,
      stderr_sha: rawLog,
      cpu_seconds: measured,
      wall_seconds: measured,
      peak_memory_bytes: measured,
      image: place,
      detail: prose,
    },
  },
  grades: {
    ...ofTrack,
    order: attemptOrder,
    columns: {
      ...attemptAddress,
      valid: { in: 'the grade' },
      score: { in: 'the grade' },
      reference_percentile: { in: 'the grade' },
      invalid_reason: { in: 'the grade' },
      detail: prose,
      graded_at: clock,
    },
  },
  losses: {
    ...ofTrack,
    order: attemptOrder,
    columns: { ...attemptAddress, why: prose, lost_at: clock },
  },
  iterations: {
    ...ofTraining,
    order: ['iteration'],
    columns: { run: runName, iteration: address, evolved_at: clock },
  },
  rewards: {
    ...ofTraining,
    order: ['iteration', 'slot', 'sample'],
    columns: {
      run: runName,
      iteration: address,
      slot: address,
      sample: address,
      reward: { in: 'what was learned from' },
      advantage: { in: 'what was learned from' },
      used: { in: 'a decision' },
      reason: { in: 'a decision' },
    },
  },
  group_outcomes: {
    ...ofTraining,
    order: ['iteration', 'slot'],
    columns: {
      run: runName,
      iteration: address,
      slot: address,
      mean: statistic,
      variance: statistic,
      valid_rate: statistic,
      outcome: { in: 'a decision' },
    },
  },
  states: {
    iteration: 'born_iteration',
    track: Track.Train,
    order: ['born_iteration', 'slot', 'sample', 'address'],
    columns: {
      run: runName,
      address,
      competition: { in: 'the state' },
      kind: { in: 'the state' },
      depth: { in: 'the state' },
      born_iteration: address,
      slot: address,
      sample: address,
      parent_address: { in: 'the state' },
      code_hash: { in: 'the state' },
      evicted_iteration: eviction,
      evicted_reason: eviction,
    },
  },
  state_statistics: {
    ...ofTraining,
    order: ['iteration', 'address'],
    columns: {
      run: runName,
      address,
      iteration: address,
      visits: statistic,
      mean: statistic,
      variance: statistic,
      last_visited_iteration: statistic,
      success_rate: statistic,
      children_variance: statistic,
    },
  },
  priors: {
    ...ofTraining,
    order: ['iteration', 'competition', 'kind'],
    columns: {
      run: runName,
      competition: address,
      kind: address,
      iteration: address,
      visits: statistic,
      mean: statistic,
      variance: statistic,
    },
  },
  decisions: {
    ...ofTraining,
    order: ['iteration', 'number'],
    columns: {
      run: runName,
      iteration: address,
      number: address,
      subject: { in: 'a decision' },
      decision: { in: 'a decision' },
      reason: { in: 'a decision' },
    },
  },
  update_metrics: {
    iteration: 'version',
    track: Track.Train,
    order: ['version', 'pass', 'minibatch', 'name'],
    columns: {
      run: runName,
      version: address,
      pass: address,
      minibatch: address,
      name: address,
      value: { in: 'how the update went' },
    },
  },
  epochs: {
    ...notDigested,
    columns: {
      run: runName,
      epoch: tries,
      host,
      claimed_at: clock,
      ended_at: clock,
      why: prose,
    },
  },
  versions: {
    iteration: 'version',
    track: Track.Train,
    order: ['version'],
    columns: {
      run: runName,
      version: address,
      epoch: tries,
      sha256: { in: 'the policy itself' },
      state_path: path,
      sampler_path: path,
      published_at: clock,
    },
  },
};
