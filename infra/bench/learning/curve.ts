import { momentsOf } from '@ace/curriculum';
import type { CurveMeasurement, Measured } from './results-contract.ts';

/** Closed root drafts of one competition; a lost one has no reward. */
export interface EvaluatedCompetition {
  competition: string;
  samples: readonly { valid: boolean; reward: number | null }[];
}

export interface EvaluatedVersion {
  version: number;
  competitions: readonly EvaluatedCompetition[];
}

export interface CurveInput {
  /** Evaluated versions, in order. */
  versions: readonly EvaluatedVersion[];
  /** Training attempts of each iteration, from iteration 1. */
  attempts: readonly number[];
  trainedOn: readonly string[];
  heldOut: readonly string[];
}

/** A curve has nothing to rest on. */
export class EmptyMeasurementError extends Error {
  override readonly name = 'EmptyMeasurementError';
  constructor(readonly competitions: readonly string[]) {
    super(`no evaluated draft of ${competitions.join(', ') || '(no competition)'}`);
  }
}

/**
 * The fixed evaluation over training executions, in order of versions.
 * @throws {@link EmptyMeasurementError} when a version has no draft of one split.
 */
export function curveOf(input: CurveInput): CurveMeasurement[] {
  return input.versions.map(({ version, competitions }) => ({
    version,
    executions: input.attempts.slice(0, version).reduce((sum, count) => sum + count, 0),
    trainedOn: measure(competitions, input.trainedOn),
    heldOut: measure(competitions, input.heldOut),
    competitions: Object.fromEntries(
      competitions.map((entry) => [entry.competition, measure([entry], [entry.competition])]),
    ),
  }));
}

function measure(all: readonly EvaluatedCompetition[], ids: readonly string[]): Measured {
  const drafts = all
    .filter(({ competition }) => ids.includes(competition))
    .flatMap(({ samples }) => samples);
  const rewards = drafts.map(({ reward }) => reward).filter((reward) => reward !== null);
  if (rewards.length === 0) throw new EmptyMeasurementError(ids);
  const valid = drafts.filter((draft) => draft.valid).length;
  return {
    drafts: rewards.length,
    valid,
    validRate: valid / rewards.length,
    meanReward: momentsOf(rewards).mean,
  };
}
