import {
  claimExecution,
  endExecution,
  type ExecutionOutcome,
  lostExecutions,
  readCompletions,
  readGroups,
  readResult,
  type ResultRow,
  storeLoss,
  storeResult,
  takeOverExecution,
} from '@ace/buffer';
import { type AttemptAddress, attemptName, type RunConfig } from '@ace/config';
import {
  normaliseError,
  parseValidationScore,
  type SandboxName,
  type SandboxResult,
  type SandboxSpec,
  Verdict,
} from '@ace/sandbox';
import { FaultPoint, faultPoint } from '@ace/faults';
import { cancellationDetails } from '@temporalio/activity';
import { readFile } from 'node:fs/promises';
import type { ActivityDeps } from './deps.ts';
import { businessFailure } from './failures.ts';
import { prepared } from './generate.ts';
import type { HeldExecutions } from './held-executions.ts';
import { whileAlive } from './liveness.ts';
import { requireRun } from './run.ts';
import type { ExecuteInput } from './types.ts';

/** A kill that no limit explains, so often in a row, is the program's own doing. */
const killsThatAreAVerdict = 3;

const lost = 'lost';

/** Running one attempt's program in a sandbox: found, else started; the result is stored once. */
export function executeActivities(deps: ActivityDeps, held: HeldExecutions) {
  const said = { host: deps.host };
  return {
    /**
     * Runs the attempt, or waits for the sandbox that an earlier try started; returns its verdict, or `lost`
     * when infrastructure failed it too often and the run drops such attempts.
     */
    execute({ attempt, takeOverFrom }: ExecuteInput): Promise<{ verdict: string }> {
      return whileAlive(async (signal) => {
        const stored = await readResult(deps.db, attempt);
        if (stored) return { verdict: stored.verdict };
        if (takeOverFrom) await takeOverExecution(deps.db, attempt, takeOverFrom, deps.host);
        const { config } = await requireRun(deps, attempt.run);
        const result = await runToResult(deps, attempt, config, (execution) =>
          held.during(sandboxName(attempt, execution), () =>
            runExecution(deps, attempt, execution, signal),
          ),
        );
        return { verdict: result?.verdict ?? lost };
      }, said);
    },
  };
}

/** Executions until one has a result; null when the attempt was closed as lost. */
async function runToResult(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  config: RunConfig,
  run: (execution: number) => Promise<ResultRow | null>,
): Promise<ResultRow | null> {
  for (;;) {
    const { execution, host, mine, losses } = await claimExecution(deps.db, attempt, deps.host);
    if (!mine) {
      throw businessFailure('RunsElsewhere', `the sandbox is on host ${host}`, [host]);
    }
    if (config.onLostAttempt === 'drop' && losses >= config.maxExecutions) {
      await endExecution(deps.db, attempt, execution, 'lost', 'dropped before its start');
      await storeLoss(deps.db, attempt, `lost in ${config.maxExecutions} executions`);
      return null;
    }
    const result = await run(execution);
    if (result) return result;
  }
}

/** One execution to its result; null when it was lost and another one is due. */
async function runExecution(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  execution: number,
  signal: AbortSignal,
): Promise<ResultRow | null> {
  const name = sandboxName(attempt, execution);
  faultPoint(FaultPoint.ExecutionClaimed);
  const standing = await deps.sandbox.find(name);
  if (standing === 'absent') await deps.sandbox.start(name, await specOf(deps, attempt));
  if (standing === 'lost') {
    return abandon(deps, attempt, execution, 'host lost', 'the sandbox vanished');
  }
  faultPoint(FaultPoint.SandboxStarted);
  await waitFor(deps, attempt, execution, signal);
  faultPoint(FaultPoint.SandboxEnded);
  if ((await deps.sandbox.find(name)) === 'lost') {
    const why = 'the sandbox ended without a result';
    return abandon(deps, attempt, execution, 'host lost', why);
  }
  return keep(deps, attempt, execution, await deps.sandbox.collect(name));
}

/** Only a requested cancellation stops a sandbox; after a time-out or at a shutdown the program goes on. */
async function waitFor(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  execution: number,
  signal: AbortSignal,
): Promise<void> {
  await deps.sandbox.wait(sandboxName(attempt, execution), signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (signal.aborted && cancellationDetails()?.cancelRequested) {
    await abandon(deps, attempt, execution, 'stopped', 'its cancellation was requested');
  }
  signal.throwIfAborted();
}

/**
 * It went with its host or supervisor, or was stopped: nobody's verdict, so another execution is due. In this
 * order: while something of it may live the record says so, and whoever finds it there ends it.
 */
async function abandon(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  execution: number,
  outcome: ExecutionOutcome,
  why: string,
): Promise<null> {
  const name = sandboxName(attempt, execution);
  await deps.sandbox.stop(name);
  await endExecution(deps.db, attempt, execution, outcome, why);
  await deps.sandbox.remove(name);
  return null;
}

/** Artifacts first, then the row that names them, then the sandbox's own files go. */
async function keep(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  execution: number,
  result: SandboxResult,
): Promise<ResultRow | null> {
  const verdict = await verdictOf(deps, attempt, result);
  if (verdict === null) {
    await endExecution(deps.db, attempt, execution, 'lost', result.detail);
    await deps.sandbox.remove(sandboxName(attempt, execution));
    return null;
  }
  const row = await resultRow(deps, verdict, result);
  faultPoint(FaultPoint.OutputStored);
  const stored = await storeResult(deps.db, attempt, execution, row);
  faultPoint(FaultPoint.ResultStored);
  await deps.sandbox.remove(sandboxName(attempt, execution));
  faultPoint(FaultPoint.SandboxRemoved);
  return stored;
}

async function verdictOf(
  deps: ActivityDeps,
  attempt: AttemptAddress,
  { verdict }: SandboxResult,
): Promise<Verdict | null> {
  if (verdict !== 'lost') return verdict;
  const before = await lostExecutions(deps.db, attempt);
  return before + 1 >= killsThatAreAVerdict ? Verdict.Killed : null;
}

async function resultRow(
  deps: ActivityDeps,
  verdict: Verdict,
  result: SandboxResult,
): Promise<ResultRow> {
  const { cpuSeconds, wallSeconds, peakMemoryBytes, image, detail } = result;
  const [stdout, stderr] = await Promise.all([
    readFile(result.stdoutPath),
    readFile(result.stderrPath),
  ]);
  const error = verdict === Verdict.Crashed ? normaliseError(stderr.toString('utf8')) : null;
  const submission = result.submissionPath && (await readFile(result.submissionPath));
  return {
    verdict,
    errorType: error?.type ?? (verdict === Verdict.Ok ? null : verdict),
    errorText: error?.text ?? null,
    validationScore: verdict === Verdict.Ok ? parseValidationScore(stdout.toString('utf8')) : null,
    submissionSha: submission ? await deps.artifacts.put(submission) : null,
    stdoutSha: await deps.artifacts.put(stdout),
    stderrSha: await deps.artifacts.put(stderr),
    ...{ cpuSeconds, wallSeconds, peakMemoryBytes, image, detail },
  };
}

async function specOf(deps: ActivityDeps, attempt: AttemptAddress): Promise<SandboxSpec> {
  const rows = await readCompletions(deps.db, attempt);
  const completion = rows.find(({ sample }) => sample === attempt.sample);
  const groups = await readGroups(deps.db, attempt.run, attempt.track, attempt.iteration);
  const group = groups.find(({ slot }) => slot === attempt.slot);
  if (!completion || !group) throw new Error(`${attemptName(attempt)} has no stored completion`);
  const { config, publicFolder } = prepared(deps, group.competition);
  const { gpus } = (await requireRun(deps, attempt.run)).config.sandbox;
  const code = await deps.artifacts.get(completion.codeSha);
  return { code: code.toString('utf8'), publicData: publicFolder, limits: config.limits, gpus };
}

const sandboxName = (attempt: AttemptAddress, execution: number): SandboxName => ({
  run: attempt.run,
  attempt: attemptName(attempt),
  execution,
});
