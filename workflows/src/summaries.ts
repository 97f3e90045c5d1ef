import type { ExecuteActivities, MainActivities, TurnActivities } from '@ace/activities';
import { type GroupAddress, type Phase, PhaseKind, Track } from '@ace/config/pure';
import type { ActivityFunctionWithOptions, ActivityInterfaceFor } from '@temporalio/workflow';

type Described = MainActivities &
  TurnActivities &
  Pick<ExecuteActivities, 'execute' | 'stopSandboxes'>;

/** What the UI shows of each call, made from its input. Every activity of a run has a line here. */
const summaries: {
  [Name in keyof Described]: (...input: Parameters<Described[Name]>) => string;
} = {
  openRun: () => 'open the run in the record',
  initialise: () => 'create the policy and publish version 0',
  recordFailure: ({ failure }) => `${failure.step}: record what failed and what to do`,
  clearFailure: () => 'record that the run goes on',
  finishRun: () => 'close the run in the record',
  recordStanding: ({ status }) => `record that the run is ${status}`,
  changeLimits: ({ change }) => `change the limits of the run: ${wordsOf(change)}`,
  hostsOf: () => 'find the hosts that execute attempts of the run',
  giveUpExecutions: ({ why }) => `end what is executed in the record: ${why}`,
  stopSandboxes: () => 'stop the sandboxes of the run',

  awaitTurn: ({ phase }) => turnOf(phase),
  awaitHalt: ({ admitted }) =>
    `wait until all up to iteration ${admitted} has come as far as it can`,
  followWorkflow: ({ workflowId }) => `follow ${workflowId}, which somebody else started`,

  sample: ({ iteration }) => `iteration ${iteration}: choose states`,
  generate: ({ iteration }) => `iteration ${iteration}: generate attempts`,
  layOutEvaluation: ({ version }) => `evaluation of version ${version}: lay out root drafts`,
  generateEvaluation: ({ version }) => `evaluation of version ${version}: generate drafts`,

  readOpenGroup: (group) => `${nameOfGroup(group)}: read which attempts are open`,
  execute: ({ attempt, takeOverFrom }) =>
    `${nameOfGroup(attempt)}, attempt ${attempt.sample}: execute` +
    (takeOverFrom === undefined ? '' : `, taken over from ${takeOverFrom}`),
  grade: ({ attempt }) => `${nameOfGroup(attempt)}, attempt ${attempt.sample}: grade`,

  evolve: ({ iteration }) => `iteration ${iteration}: grow the buffer`,
  update: ({ iteration }) => `iteration ${iteration}: update the policy to version ${iteration}`,

  planReplay: () => 'check what was asked for',
  retryFailed: ({ run, iteration }) => `${run}, iteration ${iteration}: let it try again`,
  startFork: ({ run, iteration, name }) => `start ${name} from iteration ${iteration} of ${run}`,
  openScratch: ({ iteration }) => `lay out the record before iteration ${iteration}`,
  turnScratchToLearning: ({ iteration }) => `iteration ${iteration}: its turn to learn`,
  compareScratch: ({ iteration }) => `iteration ${iteration}: compare with its original`,
  openScratchGroup: (group) => `${nameOfGroup(group)}: lay out its attempts as they are stored`,
  compareScratchGroup: (group) => `${nameOfGroup(group)}: compare with its original`,
  countEnds: (group) => `${nameOfGroup(group)}: read what came of its attempts`,
  dropScratch: () => 'throw away what was done again',

  hostsToSweep: () => 'find the hosts to sweep',
};

const wordsOf = (change: object): string =>
  Object.entries(change)
    .map(([limit, value]) => `${limit} ${value}`)
    .join(', ');

/** `iteration 3, group 2`, with the numbers of its workflow's id. */
export const nameOfGroup = ({ track, iteration, slot }: GroupAddress): string =>
  track === Track.Train
    ? `iteration ${iteration}, group ${slot}`
    : `evaluation of version ${iteration}, group ${slot}`;

function turnOf({ kind, index }: Phase): string {
  switch (kind) {
    case PhaseKind.Act:
      return `iteration ${index}: wait for its turn to act`;
    case PhaseKind.Learn:
      return `iteration ${index}: wait for its turn to learn`;
    case PhaseKind.Evaluate:
      return `evaluation of version ${index}: wait for its turn`;
    case PhaseKind.Initialise:
      return 'wait for the policy';
    case PhaseKind.Finish:
      return 'wait until nothing is left to do';
  }
}

type Call = ActivityFunctionWithOptions<(...input: unknown[]) => Promise<unknown>>;

/** The same activities; each call says in the UI what it is for. */
export function described<A extends Partial<Described>>(activities: ActivityInterfaceFor<A>): A {
  const calls = activities as unknown as Record<string, Call>;
  const texts = summaries as Record<string, (...input: unknown[]) => string>;
  return new Proxy({} as A, {
    get(_, name: string) {
      return (...input: unknown[]) =>
        calls[name]!.executeWithOptions({ summary: oneLine(texts[name]!(...input)) }, input);
    },
  });
}

/** Fits into 400 bytes, which the server allows a summary: a workflow with a longer one could not go on. */
export const oneLine = (text: string): string => text.replace(/[\s\p{C}]+/gu, ' ').slice(0, 100);
