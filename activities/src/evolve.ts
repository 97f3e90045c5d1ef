import {
  bufferAsOf,
  configAt,
  inPhase,
  isEvolved,
  type IterationSummary,
  iterationSummary,
  liveCodes,
  readGroups,
  readOutcomes,
  readStates,
  type StateRow,
  storeEvolution,
} from '@ace/buffer';
import { PhaseKind, Track } from '@ace/config';
import { evolve, type Evolution, TooFewGroupsError } from '@ace/curriculum';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { businessFailure } from './failures.ts';
import { whileAlive } from './liveness.ts';
import { requireRun } from './run.ts';
import type { IterationInput } from './types.ts';

/** Growing the buffer: the first half of learn, in one transaction that also marks the iteration. */
export function evolveActivities(deps: ActivityDeps) {
  return {
    /**
     * Rewards, advantages, born and evicted states, statistics and decisions of one iteration; answers what it
     * came to.
     */
    evolve({ run, iteration }: IterationInput): Promise<IterationSummary> {
      return whileAlive(async () => {
        await evolveOnce(deps, run, iteration);
        return iterationSummary(deps.db, run, iteration);
      });
    },
  };
}

async function evolveOnce(deps: ActivityDeps, run: string, iteration: number): Promise<void> {
  if (await isEvolved(deps.db, run, iteration)) return;
  const evolution = await evolutionOf(deps, run, iteration).catch(refuseTooFew);
  const phase = { kind: PhaseKind.Learn, index: iteration };
  await inPhase(deps.db, run, phase, async (tx) => {
    await storeEvolution(tx, run, iteration, evolution);
    faultPoint(FaultPoint.InEvolveTransaction);
  });
  faultPoint(FaultPoint.BufferEvolved);
}

async function evolutionOf(deps: ActivityDeps, run: string, iteration: number): Promise<Evolution> {
  const config = configAt(await requireRun(deps, run), iteration);
  const before = iteration - 1;
  const { states, priors } = await bufferAsOf(deps.db, run, before);
  const rows = await readGroups(deps.db, run, Track.Train, iteration);
  const visited = await readStates(deps.db, run, unique(rows.map((row) => row.stateAddress)));
  const byAddress = new Map(visited.map((state) => [state.address, state]));
  const stateOf = (address: string): StateRow => {
    const state = byAddress.get(address);
    if (!state) throw new Error(`state ${address} of iteration ${iteration} is not in the record`);
    return state;
  };
  const bySlot = new Map(rows.map((row) => [row.slot, stateOf(row.stateAddress)]));
  const outcomes = await readOutcomes(deps.db, run, Track.Train, iteration);
  return evolve({
    iteration,
    config,
    states,
    priors,
    liveCodes: await liveCodes(deps.db, run, before),
    groups: rows.map((row) => ({ ...row, depth: stateOf(row.stateAddress).depth })),
    outcomes: outcomes.map((outcome) => ({ ...outcome, ...parentOf(bySlot.get(outcome.slot)) })),
    directions: new Map(
      [...deps.competitions.values()].map(({ config: c }) => [c.id, c.direction]),
    ),
  });
}

function refuseTooFew(error: unknown): never {
  if (error instanceof TooFewGroupsError) throw businessFailure('TooManyLost', error.message);
  throw error;
}

const parentOf = (state: StateRow | undefined) => ({
  parentScore: state?.parent?.score ?? null,
  parentCodeHash: state?.parent?.codeHash ?? null,
});

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
