import { type Phase, PhaseKind, Track } from '@ace/config';
import type { Place } from './contract.ts';

/** What the activities of the pipeline take, each some of it. */
interface StepInput {
  iteration?: number;
  version?: number;
  track?: Track;
  slot?: number;
  sample?: number;
  attempt?: StepInput;
  phase?: Phase;
}

export const nowhere: Place = { iteration: null, evaluation: null, group: null, attempt: null };

/** Where a step is, by what its activity was given. */
export function placeOf(input: unknown): Place {
  if (typeof input !== 'object' || input === null) return nowhere;
  const given = input as StepInput;
  if (given.attempt) return placeOf(given.attempt);
  if (given.phase) return ofPhase(given.phase);
  return addressed(given.track, given.iteration, given.slot, given.sample, given.version);
}

function ofPhase({ kind, index }: Phase): Place {
  if (kind === PhaseKind.Evaluate) return { ...nowhere, evaluation: index };
  return kind === PhaseKind.Act || kind === PhaseKind.Learn
    ? { ...nowhere, iteration: index }
    : nowhere;
}

/** Of an evaluation `iteration` is the version that is measured. */
export function addressed(
  track: Track | null = Track.Train,
  iteration: number | null = null,
  slot: number | null = null,
  sample: number | null = null,
  version: number | null = null,
): Place {
  const measures = track === Track.Evaluation;
  return {
    iteration: measures ? null : iteration,
    evaluation: measures ? iteration : version,
    group: slot,
    attempt: sample,
  };
}

/** The workflow's place, from its id: `RUN/iteration/3/group/0`. */
export function placeOfWorkflow(workflowId: string): Place {
  const match = /\/(iteration|evaluation)\/(\d+)(?:\/group\/(\d+))?$/.exec(workflowId);
  if (!match) return nowhere;
  const [, kind, index, slot] = match;
  const track = kind === 'evaluation' ? Track.Evaluation : Track.Train;
  return addressed(track, Number(index), slot === undefined ? null : Number(slot));
}
