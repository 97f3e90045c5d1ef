import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GraderError } from '../contract.ts';
import { graderScript } from '../paths.ts';
import { solutionPython } from '../testing.ts';
import { createGrader } from './grader.ts';
import { TinyCompetition } from './tiny-competition.ts';

const python = solutionPython();
const script = join(graderScript, '..', 'tests', 'faulty_grader.py');
const grader = createGrader({ python, script, deadlineMs: 3_000 });
afterAll(() => grader.close());

const answers = [1, 2, 3, 4];
const tiny = (): TinyCompetition => new TinyCompetition('rmse', answers);

describe('a grader that dies', () => {
  it('is started again, and the grade is right', async () => {
    const competition = tiny();
    const path = competition.predict(answers, 'kill-once');
    expect(await grader.grade(competition.prepared, path)).toMatchObject({ valid: true, score: 0 });
  });

  it('of one submission three times, a good one passing between: ungradable', async () => {
    const competition = tiny();
    const path = competition.predict(answers, 'kill-always');
    const grade = await grader.grade(competition.prepared, path);
    expect(grade).toMatchObject({ valid: false, reason: 'ungradable' });
  });

  it('or errs on one submission three times: ungradable, with the error', async () => {
    const competition = tiny();
    const grade = await grader.grade(competition.prepared, competition.predict(answers, 'bug'));
    expect(grade).toMatchObject({ valid: false, reason: 'ungradable' });
    expect(JSON.stringify(grade)).toContain('RuntimeError: a planted bug');
  });

  it('or does not answer in time: ungradable', async () => {
    const impatient = createGrader({ python, script, deadlineMs: 300 });
    const competition = tiny();
    const grade = await impatient.grade(competition.prepared, competition.predict(answers, 'hang'));
    expect(grade).toMatchObject({ valid: false, reason: 'ungradable' });
    await impatient.close();
  });

  it('also of a good submission: an error, never a grade', async () => {
    const competition = tiny();
    const path = competition.predict(answers, 'break');
    await expect(grader.grade(competition.prepared, path)).rejects.toThrow(GraderError);
    rmSync(join(competition.prepared.privateFolder, 'break'));
    expect(await grader.grade(competition.prepared, competition.predict(answers))).toMatchObject({
      valid: true,
    });
  });
});

describe('what is not the submission’s fault', () => {
  it('answers that cannot be read', async () => {
    const competition = tiny();
    rmSync(join(competition.prepared.privateFolder, 'answers.csv'));
    const grade = grader.grade(competition.prepared, competition.predict(answers));
    await expect(grade).rejects.toThrow(/a file could not be read: .*answers\.csv/);
  });

  it('answers that are damaged', async () => {
    const competition = tiny();
    writeFileSync(join(competition.prepared.privateFolder, 'answers.csv'), 'id,target\n11,\n');
    const grade = grader.grade(competition.prepared, competition.predict(answers));
    await expect(grade).rejects.toThrow(/sample submission fails too: .*answers/);
  });

  it('answers of which a part is missing', async () => {
    const competition = tiny();
    writeFileSync(join(competition.prepared.privateFolder, 'answers.csv'), 'id,target\n11,1\n');
    const grade = grader.grade(competition.prepared, competition.predict(answers));
    await expect(grade).rejects.toThrow(/wrong ids.*sample submission fails too: wrong ids/);
  });

  it('a submission that was lost on its way', async () => {
    const competition = tiny();
    const grade = grader.grade(competition.prepared, '/nowhere/submission.csv');
    await expect(grade).rejects.toThrow(/a file could not be read: .*nowhere/);
  });

  it('an interpreter that is not there', async () => {
    const broken = createGrader({ python: '/nowhere/python' });
    const competition = tiny();
    const grade = broken.grade(competition.prepared, competition.predict(answers));
    await expect(grade).rejects.toThrow(/nowhere\/python.*ENOENT/);
    await broken.close();
  });

  it('a grading program that cannot start, in its own words', async () => {
    const broken = createGrader({ python, script: '/nowhere/grader.py' });
    const competition = tiny();
    const grade = broken.grade(competition.prepared, competition.predict(answers));
    await expect(grade).rejects.toThrow(/can't open file .*nowhere\/grader\.py/);
    await broken.close();
  });
});

describe('many at once, and the end', () => {
  it('gives each caller its own grade', async () => {
    const competition = tiny();
    const grades = answers.concat(answers, answers).map(async (shift, place) => {
      const name = place % 5 === 3 ? 'kill-once' : 'submission';
      const path = competition.predict(
        answers.map((value) => value + shift),
        name,
      );
      return grader.grade(competition.prepared, path);
    });
    const scores = (await Promise.all(grades)).map((grade) => (grade.valid ? grade.score : NaN));
    expect(scores).toEqual(answers.concat(answers, answers));
  });

  it('closing ends what is under way with an error', async () => {
    const closing = createGrader({ python, script });
    const competition = tiny();
    const first = closing.grade(competition.prepared, competition.predict(answers));
    await first;
    const hanging = closing.grade(competition.prepared, competition.predict(answers, 'hang'));
    const waiting = closing.grade(competition.prepared, competition.predict(answers));
    const ends = [
      expect(hanging).rejects.toThrow(GraderError),
      expect(waiting).rejects.toThrow(GraderError),
    ];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    await Promise.all(ends);
  });

  it('the process ends with its standard input, so it does not outlive a killed worker', async () => {
    const process = spawn(python, ['-B', graderScript], { stdio: ['pipe', 'ignore', 'inherit'] });
    process.stdin.end();
    expect(await once(process, 'exit')).toEqual([0, null]);
  });
});
