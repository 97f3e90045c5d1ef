import { join } from 'node:path';
import type { Grade, Grader, PreparedCompetition } from '../contract.ts';
import { GraderError, InvalidReason } from '../contract.ts';
import { graderScript } from '../paths.ts';
import { referencePercentile } from '../percentile.ts';
import type { Answer } from './process.ts';
import { GraderDeath, GraderProcess } from './process.ts';

export interface GraderOptions {
  /** Interpreter with scikit-learn. */
  python: string;
  /** How long one grade may take, milliseconds. */
  deadlineMs?: number;
  /** How long the process may take to import scikit-learn, milliseconds. */
  startDeadlineMs?: number;
  /** The grading program; another one than this project's only to plant faults. */
  script?: string;
}

/** What one try came to. */
type Outcome = Exclude<Answer, { failed: string } | { lost: string }> | GraderDeath;

/** So many times a submission may bring the grader down before the submission is to blame. */
const deathsToBlame = 3;

/**
 * A grader with one Python process, started by the first grade, started again when it dies, and ended by
 * `close` or with this process. Grades are done one after the other.
 */
export function createGrader(options: GraderOptions): Grader {
  return new PythonGrader(options);
}

class PythonGrader implements Grader {
  private readonly options: Required<GraderOptions>;
  private running: GraderProcess | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: GraderOptions) {
    const defaults = { deadlineMs: 30_000, startDeadlineMs: 120_000, script: graderScript };
    this.options = { ...defaults, ...options };
  }

  grade(competition: PreparedCompetition, submissionPath: string | null): Promise<Grade> {
    if (submissionPath === null) {
      const detail = 'the program wrote no submission.csv';
      return Promise.resolve({ valid: false, reason: InvalidReason.MissingFile, detail });
    }
    const grade = this.last.then(() => this.gradeUntilBlamed(competition, submissionPath));
    this.last = grade.catch(() => undefined);
    return grade;
  }

  close(): Promise<void> {
    this.closed = true;
    this.running?.kill('was closed');
    return Promise.resolve();
  }

  private async gradeUntilBlamed(
    competition: PreparedCompetition,
    submission: string,
  ): Promise<Grade> {
    for (let deaths = 1; ; deaths += 1) {
      const outcome = await this.attempt(competition, submission);
      if ('score' in outcome) return valid(competition, outcome);
      // Before a submission is blamed for anything, a good one must pass.
      await this.proveSound(competition, outcome);
      if (!(outcome instanceof GraderDeath)) return invalid(outcome);
      if (deaths === deathsToBlame) {
        const detail = `the grader failed ${deaths} times, and graded the sample each time after: ${outcome.message}`;
        return { valid: false, reason: InvalidReason.Ungradable, detail };
      }
    }
  }

  /** Throws unless the competition's own sample submission gets a score: then the grader is at fault. */
  private async proveSound(
    competition: PreparedCompetition,
    first: Exclude<Outcome, { score: number }>,
  ): Promise<void> {
    const sample = join(competition.publicFolder, 'sample_submission.csv');
    const outcome = await this.attempt(competition, sample);
    if ('score' in outcome) return;
    throw new GraderError(`${told(first)}; the sample submission fails too: ${told(outcome)}`);
  }

  /** One try; a program error that grader.py did not expect counts as a death. */
  private async attempt(competition: PreparedCompetition, submission: string): Promise<Outcome> {
    const grader = await this.process();
    try {
      const answer = await grader.ask(request(competition, submission), this.options.deadlineMs);
      if ('lost' in answer) throw new GraderError(`a file could not be read: ${answer.lost}`);
      return 'failed' in answer ? new GraderDeath(answer.failed) : answer;
    } catch (error) {
      if (error instanceof GraderDeath && !this.closed) return error;
      throw error instanceof GraderError ? error : new GraderError((error as Error).message);
    }
  }

  private async process(): Promise<GraderProcess> {
    if (this.closed) throw new GraderError('the grader was closed');
    if (this.running?.alive) return this.running;
    const { python, script, startDeadlineMs } = this.options;
    try {
      this.running = new GraderProcess(python, script);
      await this.running.ready(startDeadlineMs);
      return this.running;
    } catch (error) {
      throw new GraderError(`${python} ${script}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function request({ config, privateFolder }: PreparedCompetition, submission: string): object {
  const { metric, idColumn, target, submissionColumns, classes } = config;
  return {
    config: { metric, idColumn, target, submissionColumns, classes },
    answers: join(privateFolder, 'answers.csv'),
    submission,
  };
}

const reasons: readonly string[] = Object.values(InvalidReason);
const isReason = (reason: string): reason is InvalidReason => reasons.includes(reason);

function valid({ config, leaderboard }: PreparedCompetition, { score }: { score: number }): Grade {
  const percentile = referencePercentile(score, leaderboard, config.direction);
  return { valid: true, score, referencePercentile: percentile };
}

function invalid({ reason, detail }: { reason: string; detail: string }): Grade {
  if (!isReason(reason)) throw new GraderError(`the grader gave an unknown reason: ${reason}`);
  return { valid: false, reason, detail };
}

const told = (outcome: Exclude<Outcome, { score: number }>): string =>
  outcome instanceof GraderDeath ? outcome.message : `${outcome.reason}, ${outcome.detail}`;
