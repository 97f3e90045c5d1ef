import {
  compareGroup,
  compareIteration,
  type Database,
  dropScratchRun,
  oldScratchRuns,
  openScratchRun,
  readGroups,
  type RunRecord,
  type TableComparison,
  turnToLearning,
} from '@ace/buffer';
import { PhaseKind, phasesOf, type RunConfig, scratchRunName, Track } from '@ace/config';
import type { ActivityDeps } from './deps.ts';
import { businessFailure } from './failures.ts';
import { requireRun } from './run.ts';
import type { IterationInput, ScratchGroupInput, ScratchInput } from './types.ts';

/** An iteration that is done again beside its original. */
export interface ScratchPlan {
  /** The run's name in the scratch schema. */
  scratch: string;
  slots: number;
  /** Whether its states are sampled and its attempts made again; else the stored attempts are taken. */
  regenerates: boolean;
}

/** Tables of which a run on an engine that is not deterministic has nothing made again. */
const ofTheEngine = ['groups', 'completions', 'versions', 'update_metrics'];

/** A verification that was terminated leaves its rows; one that takes so long has been given up. */
const keptDays = 30;

/** Doing an iteration again from the record, to compare; the original is only read. */
export function verifyActivities(deps: ActivityDeps) {
  const { db, scratch: scratchDb } = deps;
  return {
    /** Lays the record before the iteration into the scratch schema. */
    async openScratch(input: IterationInput & { id: string }): Promise<ScratchPlan> {
      const { run, iteration } = input;
      const record = await requireRun(deps, run);
      refuseUnlearnt(record, iteration);
      const regenerates = isDeterministic(record.config);
      const scratch = scratchRunName(run, iteration, input.id);
      const keepsAttempts = !regenerates;
      await dropOld(scratchDb);
      await openScratchRun(db, scratchDb, { run, iteration, as: scratch, keepsAttempts });
      const groups = await readGroups(db, run, Track.Train, iteration);
      return { scratch, slots: groups.length, regenerates };
    },

    /** The attempts are executed and graded: learning is next. */
    turnScratchToLearning: ({ scratch, iteration }: ScratchInput): Promise<void> =>
      turnToLearning(scratchDb, scratch, iteration),

    /** Counts, table by table, what differs between the iteration and its original. */
    async compareScratch({ run, iteration, scratch }: ScratchInput): Promise<TableComparison[]> {
      const { config } = await requireRun(deps, run);
      const again = { db: scratchDb, run: scratch };
      const compared = await compareIteration({ db, run }, again, iteration);
      const all = isDeterministic(config);
      return compared.filter(({ what }) => all || !ofTheEngine.includes(what));
    },

    /** Lays the record before the iteration into the scratch schema, and its attempts as they are stored. */
    async openScratchGroup({ run, iteration, scratch }: ScratchGroupInput): Promise<void> {
      await dropOld(scratchDb);
      await openScratchRun(db, scratchDb, { run, iteration, as: scratch, keepsAttempts: true });
    },

    /** Counts, table by table, in what the group's attempts came to something else than the original's. */
    compareScratchGroup(input: ScratchGroupInput): Promise<TableComparison[]> {
      const { run, iteration, slot, scratch } = input;
      const again = { db: scratchDb, run: scratch };
      return compareGroup({ db, run }, again, iteration, slot);
    },

    dropScratch: ({ scratch }: { scratch: string }): Promise<void> =>
      dropScratchRun(scratchDb, scratch),
  };
}

async function dropOld(scratch: Database): Promise<void> {
  for (const run of await oldScratchRuns(scratch, keptDays)) await dropScratchRun(scratch, run);
}

const isDeterministic = ({ engine }: RunConfig): boolean => engine.kind === 'embedded';

function refuseUnlearnt({ run, config, cursor }: RunRecord, iteration: number): void {
  const learnt = phasesOf(config)
    .slice(0, cursor)
    .filter(({ kind }) => kind === PhaseKind.Learn).length;
  if (Number.isInteger(iteration) && iteration >= 1 && iteration <= learnt) return;
  const expected = `expected 1 to ${learnt}, the iterations that "${run}" has learnt from`;
  throw businessFailure('InvalidInput', `iteration: ${expected}, got ${JSON.stringify(iteration)}`);
}
