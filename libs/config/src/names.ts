import type { GroupAddress, Track } from './addresses.ts';

/** Task queues. A slot of `execute` is a sandbox; `turn` holds activities that only wait. */
export const TaskQueue = { Main: 'ace', Turn: 'ace-turn', Execute: 'ace-execute' } as const;
export type TaskQueue = (typeof TaskQueue)[keyof typeof TaskQueue];

/** Queue of the one host on which an attempt's sandbox already runs. */
export const executeQueueOf = (host: string): string => `${TaskQueue.Execute}@${host}`;

/** Name under which an iteration of a run is done again in the scratch schema. */
export const scratchRunName = (run: string, iteration: number, id: string): string =>
  `~${run}~${iteration}~${id}`;

/** No run of a person's begins so. */
export const isScratchRun = (run: string): boolean => run.startsWith('~');

/** Workflow ids: the tree that the Temporal UI shows. */
export const iterationWorkflowId = (run: string, iteration: number): string =>
  `${run}/iteration/${iteration}`;

export const evaluationWorkflowId = (run: string, version: number): string =>
  `${run}/evaluation/${version}`;

export const groupWorkflowId = (group: GroupAddress): string =>
  `${parentOf(group.track, group)}/group/${group.slot}`;

const parentOf = (track: Track, group: GroupAddress): string =>
  track === 'train'
    ? iterationWorkflowId(group.run, group.iteration)
    : evaluationWorkflowId(group.run, group.iteration);
