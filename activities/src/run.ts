import {
  ConfigMismatchError,
  ForkTooEarlyError,
  hostsExecuting,
  inPhase,
  markFinished,
  openRun as openRunRow,
  OtherEngineError,
  readRun,
  type RunRecord,
  setRunStatus,
  showRunStatus,
  stopExecutions,
} from '@ace/buffer';
import {
  checkRunName,
  PhaseKind,
  phasesOf,
  refuseMoreThanOne,
  resolveRun,
  resolveSeries,
  rootAddress,
  scheduledInput,
  type ConfigSources,
  type ResolvedRun,
  type Series,
} from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { asInvalidInput, businessFailure } from './failures.ts';
import { displayPlanOf } from './display-plan.ts';
import type { OpenRunInput, RunFailure, RunPlan, RunStanding } from './types.ts';

/** Opening, blocking and closing a run: its row in the database. */
export function runActivities(deps: ActivityDeps) {
  return {
    /** Checks the input, writes the run's row or finds it, and says where the run stands. */
    async openRun({ run, input, given = 1, schedule }: OpenRunInput): Promise<RunPlan> {
      try {
        checkRunName(run, 'workflow id');
        refuseMoreThanOne(given);
        const asked = schedule === undefined ? input : scheduledInput(schedule, input);
        const find = (other: string) => readRun(deps.db, other);
        const isThere = (await find(run)) !== null;
        const resolved = await resolveRun(asked, sourcesOf(deps), find, isThere);
        const record = await open(deps, run, resolved, resolveSeries(asked));
        faultPoint(FaultPoint.RunOpened);
        return { ...planOf(record), display: await displayPlanOf(deps, record, input) };
      } catch (error) {
        if (error instanceof ConfigMismatchError) {
          throw businessFailure('ConfigMismatch', `${error.message}. Start a run of another name.`);
        }
        if (error instanceof ForkTooEarlyError) {
          throw businessFailure('InvalidInput', `run config: ${error.message}`);
        }
        if (error instanceof OtherEngineError) {
          const remedy = 'Name another series, or begin anew in this one with startFrom "scratch"';
          throw businessFailure('InvalidInput', `run input: ${error.message}. ${remedy}.`);
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

    /** Nothing is wrong with the run now: it goes on, unless a person asked for something else. */
    async clearFailure(input: { run: string; status?: RunStanding }): Promise<void> {
      await setRunStatus(deps.db, input.run, input.status ?? 'running');
    },

    /** Shows on the run's row how it stands; what failed stays on it. */
    async recordStanding({ run, status }: { run: string; status: RunStanding }): Promise<void> {
      await showRunStatus(deps.db, run, status);
    },

    /** Where executions of the run are under way by the record. */
    async hostsOf({ run }: { run: string }): Promise<{ hosts: string[] }> {
      return { hosts: await hostsExecuting(deps.db, run) };
    },

    /** Ends them in the record; the next start claims the next number. */
    async giveUpExecutions({ run, why }: { run: string; why: string }): Promise<void> {
      await stopExecutions(deps.db, run, why);
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

async function open(
  deps: ActivityDeps,
  run: string,
  { config, fork }: ResolvedRun,
  series: Series | null,
): Promise<RunRecord> {
  const { train, heldOut } = config.competitions;
  const fingerprint = (id: string): [string, string] => [
    id,
    deps.competitions.get(id)?.fingerprint ?? '',
  ];
  return openRunRow(deps.db, {
    ...{ run, config, fork, series },
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
