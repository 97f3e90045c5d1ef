import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Competition } from '@ace/config';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { createGrader } from './grader/grader.ts';
import { loadPrepared } from './prepared.ts';
import { preparedCompetitions, solutionPython } from './testing.ts';

const grader = createGrader({ python: solutionPython() });
const scratch = mkdtempSync(join(tmpdir(), 'sample-'));
afterAll(async () => {
  await grader.close();
  rmSync(scratch, { recursive: true });
});

/** The answers as a submission that could not be better. */
function perfect(answers: string, { metric, classes, submissionColumns }: Competition): string {
  const rows = answers
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',') as [string, string]);
  const predicted = rows.map(([id, answer]) => {
    const chances = classes.map((label) => (String(label) === answer ? 1 : 0));
    if (metric === 'log_loss') return [id, ...chances].join();
    return metric === 'auc' ? `${id},${chances[1]}` : `${id},${answer}`;
  });
  return [submissionColumns.join(), ...predicted, ''].join('\n');
}

describe.each(loadCatalogue())('$id', (competition) => {
  const prepared = loadPrepared(preparedCompetitions(), competition.id);

  it('takes its sample submission, which is no better than a constant', async () => {
    const sample = join(prepared.publicFolder, 'sample_submission.csv');
    const grade = await grader.grade(prepared, sample);
    expect(grade).toMatchObject({ valid: true });
    expect(grade.valid && grade.referencePercentile).toBeLessThan(0.3);
  });

  it('gives the best score to perfect answers', async () => {
    const path = join(scratch, `${competition.id}.csv`);
    const answers = readFileSync(join(prepared.privateFolder, 'answers.csv'), 'utf8');
    writeFileSync(path, perfect(answers, competition));
    const grade = await grader.grade(prepared, path);
    expect(grade).toMatchObject({ valid: true, referencePercentile: 1 });
    const best = competition.direction === 'maximize' ? 1 : 0;
    expect(grade.valid && grade.score).toBeCloseTo(best, 12);
  });
});
