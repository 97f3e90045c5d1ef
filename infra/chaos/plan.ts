import { addressedUniform } from '@ace/curriculum';
import { FaultPoint, type FaultPhase, phaseOf } from '@ace/faults';
import { type Draw, drawFor } from '../e2e/draw.ts';

/** What is killed. */
export const Victim = {
  Worker: 'worker, killed',
  WorkerStopped: 'worker, asked to end',
  Temporal: 'Temporal server',
  Postgres: 'Postgres, all of it',
  Backend: 'Postgres, one backend',
  Engine: 'policy engine',
  Sandbox: 'sandbox',
  Everything: 'everything at once',
} as const;
export type Victim = (typeof Victim)[keyof typeof Victim];
export const victims = Object.values(Victim);

/** Reached by a new epoch alone, which is there only after something died. */
const rarelyReached: readonly FaultPoint[] = [FaultPoint.EpochClaimed, FaultPoint.ModelMade];

/** An effect of this phase is in flight when the victim dies: points at which the process is held until then. */
const pointsByPhase: Record<ChaosPhase, readonly FaultPoint[]> = {
  generate: pointsIn('generate'),
  execute: pointsIn('execute'),
  grade: pointsIn('grade'),
  evolve: pointsIn('evolve'),
  update: pointsIn('update'),
  publish: pointsIn('publish'),
  /** The next segment's first effect: the run was continued, and has answered nothing yet. */
  'continue-as-new': [FaultPoint.RunOpened],
};
export type ChaosPhase = Exclude<FaultPhase, 'open' | 'close'> | 'continue-as-new';
export const phases = Object.keys(pointsByPhase) as ChaosPhase[];

export interface PlannedKill {
  number: number;
  depth: number;
  victim: Victim;
  phase: ChaosPhase;
  point: FaultPoint;
  /** From the moment at which the system is healthy to the order that holds a process at the point. */
  pauseMs: number;
  draw: Draw;
}

const shortestPauseMs = 1000;
const longestPauseMs = 6000;

/**
 * Every kill, in order. Victims and phases each come as from a shuffled deck that is dealt again when it is
 * empty, so that none is left out for long; a sandbox is killed while programs are executed.
 */
export function planKills(seed: number, kills: number, depths: readonly number[]): PlannedKill[] {
  const victimAt = dealer(seed, 'victim', victims);
  const phaseAt = dealer(seed, 'phase', phases);
  let phasesDealt = 0;
  return Array.from({ length: kills }, (_, number) => {
    const draw = drawFor(seed, number);
    const victim = victimAt(number);
    const phase = victim === Victim.Sandbox ? 'execute' : phaseAt(phasesDealt++);
    return {
      ...{ number, victim, phase, draw },
      depth: depths[Math.floor((number * depths.length) / kills)]!,
      point: victim === Victim.Sandbox ? FaultPoint.SandboxStarted : pointOf(phase, draw),
      pauseMs: shortestPauseMs + (longestPauseMs - shortestPauseMs) * draw.share('pause'),
    };
  });
}

const pointOf = (phase: ChaosPhase, draw: Draw): FaultPoint =>
  draw.one('point', pointsByPhase[phase]);

function pointsIn(phase: FaultPhase): FaultPoint[] {
  const points = Object.values(FaultPoint).filter((point) => phaseOf(point) === phase);
  return points.filter((point) => !rarelyReached.includes(point));
}

/** The n-th card of decks of all items, each shuffled by itself. */
function dealer<T>(seed: number, purpose: string, items: readonly T[]): (n: number) => T {
  return (n) => {
    const round = Math.floor(n / items.length);
    const keyed = items.map((item, place) => ({
      item,
      key: addressedUniform({ seed, purpose, parts: [round, place] }),
    }));
    return keyed.sort((a, b) => a.key - b.key)[n % items.length]!.item;
  };
}
