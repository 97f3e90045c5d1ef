/**
 * What the list filters of the Temporal UI know of a run and its children. Set-up registers all of them; each is a
 * key of the SDK's typed search attributes.
 */
export const SearchAttribute = {
  /** The run's name; its children carry it too. */
  Run: { name: 'AceRun', type: 'KEYWORD' },
  /** The run's recipe; its children carry it too. */
  Recipe: { name: 'AceRecipe', type: 'KEYWORD' },
  /** One of {@link RunStanding}; on runs alone. */
  Status: { name: 'AceStatus', type: 'KEYWORD' },
  /** Of a run the newest iteration that was begun; of an iteration and its groups their own. */
  Iteration: { name: 'AceIteration', type: 'INT' },
  /** Of a run the newest version that was published; of an evaluation and its groups the one that is measured. */
  PolicyVersion: { name: 'AcePolicyVersion', type: 'INT' },
  /** The best reward of all training attempts so far; on runs alone. */
  BestReward: { name: 'AceBestReward', type: 'DOUBLE' },
} as const;

export const searchAttributes = Object.values(SearchAttribute);

/** How a run stands, as the UI shows it. */
export const RunStanding = {
  Running: 'running',
  /** Waits for a person to mend what failed. */
  Blocked: 'blocked',
  Paused: 'paused',
  /** Ends once what is under way is done. */
  Stopping: 'stopping',
  /** Ended before its last iteration because somebody said so. */
  Stopped: 'stopped',
  Cancelled: 'cancelled',
  Failed: 'failed',
  Finished: 'finished',
} as const;
export type RunStanding = (typeof RunStanding)[keyof typeof RunStanding];
