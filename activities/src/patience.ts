import type { Database } from '@ace/buffer';
import { readRun } from '@ace/buffer';
import { defaults } from '@ace/config';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { businessFailure } from './failures.ts';

/** What the tries of one step tell each other, through the heartbeat: it needs no database. */
interface Trouble {
  /** When the first of the failures that have lasted until now happened, by {@link openClock}. */
  failingSince: number;
}

interface PatienceOptions {
  /**
   * Whether a try that lasted longer than the patience got somewhere, so that the count begins anew: so it
   * is where a step waits for something that goes on without it.
   */
  waits: boolean;
}

type Activities = Record<string, (input: never) => Promise<unknown>>;

/**
 * An infrastructure failure is tried again, and fails the step once it has lasted for the run's
 * `giveUpAfterSeconds`: by elapsed time, never by a count, which worker deaths would use up. A solution's own
 * failure never comes here: it is a verdict.
 */
export function patient<A extends Activities>(
  { db }: { db: Database },
  activities: A,
  options: PatienceOptions = { waits: false },
): A {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    (input: never) => withPatience(db, name, runOf(input), options, () => activity(input)),
  ]);
  return Object.fromEntries(wrapped) as A;
}

async function withPatience<T>(
  db: Database,
  step: string,
  run: string,
  { waits }: PatienceOptions,
  work: () => Promise<T>,
): Promise<T> {
  const now = openClock();
  const startedAt = now();
  try {
    return await work();
  } catch (error) {
    if (isDecided(error) || cancellationSignal().aborted) throw error;
    const patienceMs = 1000 * (await giveUpAfterSeconds(db, run));
    const gotSomewhere = waits && now() - startedAt > patienceMs;
    const failingSince = (gotSomewhere ? null : failingBefore()) ?? now();
    const failingMs = now() - failingSince;
    if (failingMs >= patienceMs) throw givenUp(step, failingMs, error);
    heartbeat({ failingSince } satisfies Trouble);
    throw error;
  }
}

/**
 * Milliseconds since 1970 by Temporal's clock, which all tries share, and from the try's start on by what this
 * process measures: a clock of this machine that jumps, or is not another's, makes no failure look long.
 */
function openClock(): () => number {
  const { currentAttemptScheduledTimestampMs: scheduledAt } = activityInfo();
  const openedAt = performance.now();
  return () => scheduledAt + performance.now() - openedAt;
}

const isDecided = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.nonRetryable === true;

function failingBefore(): number | null {
  const details = activityInfo().heartbeatDetails as Trouble | undefined;
  return details?.failingSince ?? null;
}

/** Of the run; of a run that cannot be read, because the database is what fails, the default. */
async function giveUpAfterSeconds(db: Database, run: string): Promise<number> {
  const record = await readRun(db, run).catch(() => null);
  return record?.config.giveUpAfterSeconds ?? defaults.giveUpAfterSeconds;
}

function givenUp(step: string, failingMs: number, error: unknown): ApplicationFailure {
  const minutes = (failingMs / 60_000).toFixed(1);
  const reason = error instanceof Error ? error.message : String(error);
  return businessFailure(
    'InfrastructureFailed',
    `${step} has failed for ${minutes} min, last with: ${reason}`,
  );
}

/** The run that an activity's input is about. */
export const runOf = (input: { run: string } | { attempt: { run: string } }): string =>
  'run' in input ? input.run : input.attempt.run;
