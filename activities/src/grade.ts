import { openAttempts, readGrade, readGroups, readResult, storeGrade } from '@ace/buffer';
import { type AttemptAddress, attemptName, type GroupAddress } from '@ace/config';
import { InvalidReason } from '@ace/competitions';
import { FaultPoint, faultPoint } from '@ace/faults';
import { Verdict } from '@ace/sandbox';
import type { ActivityDeps } from './deps.ts';
import { prepared } from './generate.ts';
import { whileAlive } from './liveness.ts';
import { requireRun } from './run.ts';
import type { OpenGroup } from './types.ts';

/** Grading, and what of a group is still to be done. A broken grader throws: it is never a grade. */
export function gradeActivities(deps: ActivityDeps) {
  return {
    /** The attempts of a group that are neither graded nor lost. */
    readOpenGroup(group: GroupAddress): Promise<OpenGroup> {
      return whileAlive(async () => {
        const { config } = await requireRun(deps, group.run);
        const { limits } = (await competitionOfGroup(deps, group)).config;
        return {
          samples: await openAttempts(deps.db, group),
          wallSeconds: limits.wallSeconds,
          hostLostAfterSeconds: config.hostLostAfterSeconds,
        };
      });
    },

    /** Grades the stored result of an attempt on the private answers, once. */
    grade({ attempt }: { attempt: AttemptAddress }): Promise<{ valid: boolean }> {
      return whileAlive(async () => {
        const stored = await readGrade(deps.db, attempt);
        const row = stored ?? (await gradeOnce(deps, attempt));
        return { valid: row.valid };
      });
    },
  };
}

async function gradeOnce(deps: ActivityDeps, attempt: AttemptAddress) {
  const grade = await gradeOf(deps, attempt);
  faultPoint(FaultPoint.Graded);
  const row = await storeGrade(deps.db, attempt, grade);
  faultPoint(FaultPoint.GradeStored);
  return row;
}

async function gradeOf(deps: ActivityDeps, attempt: AttemptAddress) {
  const result = await readResult(deps.db, attempt);
  if (!result) throw new Error(`${attemptName(attempt)} has no stored result to grade`);
  if (result.verdict !== Verdict.Ok) return invalid(result.verdict, result.detail);
  if (!result.submissionSha) {
    return invalid(InvalidReason.MissingFile, 'the program wrote no submission.csv');
  }
  const competition = await competitionOfGroup(deps, attempt);
  const grade = await deps.grader.grade(competition, deps.artifacts.pathOf(result.submissionSha));
  if (!grade.valid) return invalid(grade.reason, grade.detail);
  const { score, referencePercentile } = grade;
  return { valid: true, score, referencePercentile, invalidReason: null, detail: null };
}

const invalid = (invalidReason: string, detail: string) => ({
  ...{ valid: false, score: null, referencePercentile: null },
  ...{ invalidReason, detail },
});

async function competitionOfGroup(deps: ActivityDeps, group: GroupAddress) {
  const rows = await readGroups(deps.db, group.run, group.track, group.iteration);
  const row = rows.find(({ slot }) => slot === group.slot);
  if (!row) throw new Error(`${group.track} ${group.iteration} has no slot ${group.slot}`);
  return prepared(deps, row.competition);
}
