import {
  bufferAsOf,
  configAt,
  type GroupRow,
  inPhase,
  readGroups,
  requireSameLimits,
  storeGroups,
} from '@ace/buffer';
import {
  PhaseKind,
  rootAddress,
  type RunConfig,
  StateKind,
  Track,
  versionSeenBy,
} from '@ace/config';
import { chooseStates } from '@ace/curriculum';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { requireRun } from './run.ts';
import type { EvaluationInput, IterationInput } from './types.ts';

/** Choosing states: the first half of act. The choice is stored in one transaction; a retry returns it. */
export function sampleActivities(deps: ActivityDeps) {
  return {
    /** Samples the iteration's states by the curriculum; returns the number of slots. */
    async sample({ run, iteration }: IterationInput): Promise<{ slots: number }> {
      const record = await requireRun(deps, run);
      const groups = await chooseGroups(deps, run, configAt(record, iteration), iteration);
      const phase = { kind: PhaseKind.Act, index: iteration };
      await inPhase(deps.db, run, phase, async (tx) => {
        await requireSameLimits(tx, run, iteration, record.changes);
        await storeGroups(tx, run, Track.Train, iteration, groups);
        faultPoint(FaultPoint.InSampleTransaction);
      });
      faultPoint(FaultPoint.StatesSampled);
      return { slots: (await readGroups(deps.db, run, Track.Train, iteration)).length };
    },

    /** Lays out the fixed evaluation: one group of root drafts per competition, which no sampler moves. */
    async layOutEvaluation({ run, version }: EvaluationInput): Promise<{ slots: number }> {
      const { config } = await requireRun(deps, run);
      const phase = { kind: PhaseKind.Evaluate, index: version };
      await inPhase(deps.db, run, phase, (tx) =>
        storeGroups(tx, run, Track.Evaluation, version, rootGroups(config, version)),
      );
      return { slots: (await readGroups(deps.db, run, Track.Evaluation, version)).length };
    },
  };
}

async function chooseGroups(
  deps: ActivityDeps,
  run: string,
  config: RunConfig,
  iteration: number,
): Promise<GroupRow[]> {
  const version = versionSeenBy(config, iteration);
  const { states, priors } = await bufferAsOf(deps.db, run, version);
  const count = config.groups + config.spareGroups;
  const { sampler, seed } = config;
  const choices = chooseStates({ states, priors, iteration, count, sampler, seed });
  const byAddress = new Map(states.map((state) => [state.address, state]));
  return choices.map(({ address, probability, priority }, slot) => {
    const state = byAddress.get(address);
    if (!state) throw new Error(`the sampler chose ${address}, which is not in the buffer`);
    const { competition, kind } = state;
    const spare = slot >= config.groups;
    const choice = { stateAddress: address, probability, priority };
    return { slot, competition, kind, version, spare, prompt: null, ...choice };
  });
}

function rootGroups(config: RunConfig, version: number): GroupRow[] {
  const { train, heldOut } = config.competitions;
  return [...train, ...heldOut].map((competition, slot) => ({
    slot,
    stateAddress: rootAddress(competition),
    competition,
    kind: StateKind.Draft,
    version,
    probability: 1,
    priority: 0,
    spare: false,
    prompt: null,
  }));
}
