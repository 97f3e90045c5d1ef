import { FaultPoint, type FaultPhase, phaseOf } from '@ace/faults';
import { drawFor } from '../../e2e/draw.ts';

/** As the picture of the pipeline calls them. */
export const Phase = { Act: 'act', Executing: 'executing', Learn: 'learn' } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
export const phases = Object.values(Phase);

const workOf: Record<Phase, readonly FaultPhase[]> = {
  act: ['generate'],
  executing: ['execute', 'grade'],
  learn: ['evolve', 'update', 'publish'],
};

/** Reached by a new epoch alone, which is there only after something died. */
const rarelyReached: readonly FaultPoint[] = [FaultPoint.EpochClaimed, FaultPoint.ModelMade];

export interface PlannedKill {
  number: number;
  phase: Phase;
  /** The line at which the worker stands when it dies. */
  point: FaultPoint;
  /** How many processes come to it before. */
  arrival: number;
  /** From the moment at which all is taken up again. */
  pauseMs: number;
}

const longestPauseMs = 2000;
const arrivals = [1, 2, 3];

/** The phases take turns; lines, arrivals and pauses hang on the seed and the kill's number alone. */
export function planKills(seed: number, kills: number): PlannedKill[] {
  return Array.from({ length: kills }, (_, number) => {
    const draw = drawFor(seed, number);
    const phase = phases[number % phases.length]!;
    return {
      ...{ number, phase, point: draw.one('point', pointsOf(phase)) },
      arrival: phase === Phase.Executing ? draw.one('arrival', arrivals) : 1,
      pauseMs: longestPauseMs * draw.share('pause'),
    };
  });
}

const pointsOf = (phase: Phase): FaultPoint[] =>
  Object.values(FaultPoint)
    .filter((point) => workOf[phase].includes(phaseOf(point)))
    .filter((point) => !rarelyReached.includes(point));
