import { addressedUniform } from '@ace/curriculum';
import { FaultPoint, type FaultPhase, phaseOf } from '@ace/faults';
import { type Draw, drawFor } from '../e2e/draw.ts';
import { SandboxKind } from '../src/sandbox-setting.ts';

/** What is killed: names for the table. */
export const Victim = {
  Worker: 'worker, killed',
  WorkerStopped: 'worker, asked to end',
  Temporal: 'Temporal server',
  Postgres: 'Postgres, all of it',
  Backend: 'Postgres, one backend',
  Engine: 'policy engine',
  /** A supervisor, or a container. */
  Sandbox: 'sandbox',
  DockerEngine: 'Docker engine',
  Everything: 'everything at once',
} as const;
export type Victim = (typeof Victim)[keyof typeof Victim];
export const victims = Object.values(Victim);

/** One after the other: runs of one pipeline depth, whose programs run in one kind of sandbox. */
export interface Leg {
  depth: number;
  sandbox: SandboxKind;
}

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
export type ChaosPhase =
  Exclude<FaultPhase, 'open' | 'contain' | 'steer' | 'close'> | 'continue-as-new';
export const phases = Object.keys(pointsByPhase) as ChaosPhase[];

export interface PlannedKill {
  number: number;
  leg: Leg;
  victim: Victim;
  phase: ChaosPhase;
  point: FaultPoint;
  draw: Draw;
}

/** A run is continued three times, and does all else thirty times; so the former comes in every second deck. */
const deckOfPhases: readonly ChaosPhase[] = phases.flatMap((phase) =>
  phase === 'continue-as-new' ? [phase] : [phase, phase],
);

/** So many of the kills that are due stand ready at once, and that is made whose line is reached first. */
const readyAtOnce = 7;

/** What may come next. Where a run is about to be continued, only what waits for that, if anything does. */
export function readyOf(due: readonly PlannedKill[], endsSegment: boolean): PlannedKill[] {
  const waiting = due.filter(({ phase }) => phase === 'continue-as-new');
  return endsSegment && waiting.length > 0 ? waiting : due.slice(0, readyAtOnce);
}

const shortestPauseMs = 1000;
const longestPauseMs = 6000;

/** What is killed while programs are executed alone: elsewhere its death would be nobody's loss. */
const whileExecuting: readonly Victim[] = [Victim.Sandbox, Victim.DockerEngine];

/**
 * Every kill, in order, shared out among the legs. Victims and phases each come as from a shuffled deck that is
 * dealt again when it is empty, so that none is left out for long.
 */
export function planKills(
  seed: number,
  kills: number,
  legs: readonly Leg[],
  among: readonly Victim[] = victims,
): PlannedKill[] {
  const phaseAt = dealer(seed, 'phase', deckOfPhases);
  const decks = legs.map((leg, place) => dealer(seed, `victim ${place}`, deckOf(leg, among)));
  const dealt = { phases: 0, victims: legs.map(() => 0) };
  return Array.from({ length: kills }, (_, number) => {
    const place = Math.floor((number * legs.length) / kills);
    const victim = decks[place]!(dealt.victims[place]!++);
    const phase = whileExecuting.includes(victim) ? 'execute' : phaseAt(dealt.phases++);
    const draw = drawFor(seed, number);
    return {
      ...{ number, leg: legs[place]!, victim, phase, draw },
      point:
        victim === Victim.Sandbox ? FaultPoint.SandboxStarted : pointOf(phase, legs[place]!, draw),
    };
  });
}

/**
 * From the moment at which everything answers to the order that holds a process, before the next kill of a leg of
 * which `left` are not made yet.
 */
export function pauseMs(seed: number, { depth }: Leg, left: number): number {
  const share = addressedUniform({ seed, purpose: 'pause', parts: [depth, left] });
  return shortestPauseMs + (longestPauseMs - shortestPauseMs) * share;
}

/** A Docker engine is there in some legs alone, and comes up as often in the end. */
const deckOf = (leg: Leg, among: readonly Victim[]): Victim[] =>
  among.flatMap((victim) => {
    const times = victim === Victim.DockerEngine ? 3 : 1;
    return canDie(victim, leg) ? Array.from({ length: times }, () => victim) : [];
  });

export const canDie = (victim: Victim, { sandbox }: Leg): boolean =>
  victim !== Victim.DockerEngine || sandbox === SandboxKind.Docker;

function pointOf(phase: ChaosPhase, { sandbox }: Leg, draw: Draw): FaultPoint {
  const inContainers = phase === 'execute' && sandbox === SandboxKind.Docker;
  const more = inContainers ? pointsIn('contain') : [];
  return draw.one('point', [...pointsByPhase[phase], ...more]);
}

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
