import {
  ConfigMismatchError,
  inPhase,
  markFinished,
  openRun as openRunRow,
  readRun,
  type RunRecord,
  setRunStatus,
} from '@ace/buffer';
import {
  PhaseKind,
  phasesOf,
  resolveRunConfig,
  rootAddress,
  type ConfigSources,
  type RunConfig,
} from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { asInvalidInput, businessFailure } from './failures.ts';
import { displayPlanOf } from './display-plan.ts';
import type { OpenRunInput, RunFailure, RunPlan } from './types.ts';

/** Opening, blocking and closing a run: its row in the database. */
export function runActivities(deps: ActivityDeps) {
  return {
    /** Checks the input, writes the run's row or finds it, and says where the run stands. */
    async openRun({ run, input }: OpenRunInput): Promise<RunPlan> {
      try {
        const record = await open(deps, run, resolveRunConfig(input, sourcesOf(deps)));
        faultPoint(FaultPoint.RunOpened);
        return { ...planOf(record), display: await displayPlanOf(deps, record, input) };
      } catch (error) {
        if (error instanceof ConfigMismatchError) {
          throw businessFailure('ConfigMismatch', `${error.message}. Start a run of another name.`);
        }
        throw asInvalidInput(error);
      }
    },

    /** Shows on the run's row what failed and what to do. */
    async recordFailure(input: {
      run: string;
      failure: RunFailure;
      final: boolean;
    }): Promise<void> {
      await setRunStatus(deps.db, input.run, input.final ? 'failed' : 'blocked', input.failure);
    },

    /** The run goes on: nothing is wrong with it now. */
    async clearFailure({ run }: { run: string }): Promise<void> {
      await setRunStatus(deps.db, run, 'running');
    },

    /** Everything is in the record: closes the run. */
    async finishRun({ run }: { run: string }): Promise<void> {
      const { config } = await requireRun(deps, run);
      const finish = { kind: PhaseKind.Finish, index: config.iterations };
      await inPhase(deps.db, run, finish, (tx) => markFinished(tx, run), { last: true });
      faultPoint(FaultPoint.RunFinished);
    },
  };
}

/** The run's row; every activity but openRun needs it to be there. */
export async function requireRun(deps: ActivityDeps, run: string): Promise<RunRecord> {
  const record = await readRun(deps.db, run);
  if (record) return record;
  throw businessFailure('InvalidInput', `run: expected the name of a run, got "${run}"`);
}

/** What run inputs are resolved against on this machine. */
export function sourcesOf(deps: Pick<ActivityDeps, 'competitions' | 'recipes'>): ConfigSources {
  const ids = (split: 'train' | 'held-out'): string[] =>
    [...deps.competitions.values()].filter((c) => c.config.split === split).map((c) => c.config.id);
  return {
    recipes: deps.recipes,
    competitions: { train: ids('train'), heldOut: ids('held-out') },
  };
}

async function open(deps: ActivityDeps, run: string, config: RunConfig): Promise<RunRecord> {
  const { train, heldOut } = config.competitions;
  const fingerprint = (id: string): [string, string] => [
    id,
    deps.competitions.get(id)?.fingerprint ?? '',
  ];
  return openRunRow(deps.db, {
    run,
    config,
    fingerprints: Object.fromEntries([...train, ...heldOut].map(fingerprint)),
    roots: train.map((competition) => ({ address: rootAddress(competition), competition })),
  });
}

function planOf({ config, cursor }: RunRecord): RunPlan {
  const { iterations, pipelineDepth, iterationsPerSegment, evaluation } = config;
  const { onIterationFailure, hostLostAfterSeconds } = config;
  const plan = { iterations, pipelineDepth, iterationsPerSegment, evaluation, onIterationFailure };
  return { ...plan, hostLostAfterSeconds, cursor: Math.min(cursor, phasesOf(config).length) };
}
