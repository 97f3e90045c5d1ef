import { readRun } from '@ace/buffer';
import { InputError, TaskQueue } from '@ace/config';
import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
} from '@temporalio/client';
import type { PlannedRun } from './plan.ts';
import type { BenchSystem } from './system.ts';

type Reach = Pick<BenchSystem, 'client' | 'db'>;

export interface ConductOptions {
  /** Runs at once. */
  parallel: number;
  onEnd: (run: PlannedRun) => Promise<void>;
}

/** Some runs did not come to their end; the others did. */
export class RunsFailedError extends Error {
  override readonly name = 'RunsFailedError';
  constructor(readonly failures: readonly { run: string; reason: string }[]) {
    const lines = failures.map(({ run, reason }) => `  ${run}: ${reason}`);
    super(
      `${failures.length} runs failed; no seed is left out, so there is no result:\n${lines.join('\n')}\n` +
        '  Mend the cause, then go on with --resume.',
    );
  }
}

/** @throws {@link InputError} when the record holds one of these runs: its figures would pass for new ones. */
export async function refuseKnownRuns({ db }: Reach, runs: readonly PlannedRun[]): Promise<void> {
  const known = await Promise.all(runs.map(({ name }) => readRun(db, name)));
  const count = known.filter((record) => record !== null).length;
  if (count === 0) return;
  throw new InputError(
    `${count} of these ${runs.length} runs are in the record already: --resume goes on with them, ` +
      'another --home makes them anew',
  );
}

/**
 * Brings every run to its end; those that are finished are not made again.
 * @throws {@link RunsFailedError} after all others have ended.
 */
export async function conduct(
  reach: Reach,
  runs: readonly PlannedRun[],
  { parallel, onEnd }: ConductOptions,
): Promise<void> {
  const waiting = [...runs];
  const failures: { run: string; reason: string }[] = [];
  const lane = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const reason = await failureOf(reach, run);
      if (reason === null) await onEnd(run);
      else failures.push({ run: run.name, reason });
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  if (failures.length > 0) throw new RunsFailedError(failures);
}

/** Brings one run to its end; null, or why it failed. */
async function failureOf(reach: Reach, run: PlannedRun): Promise<string | null> {
  for (;;) {
    try {
      if (await isFinished(reach, run)) return null;
      await start(reach, run);
      await reach.client.workflow.getHandle(run.name).result();
    } catch (error) {
      if (error instanceof WorkflowFailedError) return innermost(error).message;
      if (!isOutage(error)) throw error;
      await new Promise((resume) => setTimeout(resume, outagePauseMs));
    }
  }
}

const outagePauseMs = 2_000;

const isFinished = async ({ db }: Reach, { name }: PlannedRun): Promise<boolean> =>
  (await readRun(db, name))?.status === 'finished';

/** Starts the run's workflow, or finds that it is open. */
async function start({ client }: Reach, { name, input }: PlannedRun): Promise<void> {
  const options = { workflowId: name, taskQueue: TaskQueue.Main, args: [input] };
  try {
    await client.workflow.start('trainingRun', options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Whether a server was away, which mending brings back: Temporal, or Postgres. */
function isOutage(error: unknown): boolean {
  if (error instanceof ServiceError) return true;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(ECONN|EPIPE|57P|08)/.test(code);
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
