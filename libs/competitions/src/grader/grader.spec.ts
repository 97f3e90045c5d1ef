import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Grade } from '../contract.ts';
import { solutionPython } from '../testing.ts';
import { createGrader } from './grader.ts';
import { TinyCompetition } from './tiny-competition.ts';

const grader = createGrader({ python: solutionPython() });
afterAll(() => grader.close());

const labels = new TinyCompetition('accuracy', ['a', 'b', 'c', 'a']);
const scores = new TinyCompetition('auc', ['no', 'yes', 'no', 'yes']);
const probabilities = new TinyCompetition('log_loss', ['no', 'yes']);
const numbers = new TinyCompetition('rmse', [1, 2, 3, 4]);
const positives = new TinyCompetition('rmsle', [0, Math.E - 1]);

const gradeOf = (competition: TinyCompetition, path: string | null): Promise<Grade> =>
  grader.grade(competition.prepared, path);

async function scoreOf(competition: TinyCompetition, path: string): Promise<number> {
  const grade = await gradeOf(competition, path);
  expect(grade).toMatchObject({ valid: true });
  return grade.valid ? grade.score : NaN;
}

async function reasonOf(competition: TinyCompetition, path: string | null): Promise<string> {
  const grade = await gradeOf(competition, path);
  return grade.valid ? `valid: ${grade.score}` : grade.reason;
}

describe('metrics equal what is computed by hand', () => {
  it('accuracy: 3 of 4', async () => {
    expect(await scoreOf(labels, labels.predict(['a', 'b', 'c', 'c']))).toBe(0.75);
  });

  it('macro F1: mean of 4/5, 1 and 0', async () => {
    const tiny = new TinyCompetition('macro_f1', ['a', 'b', 'c', 'a']);
    // a: precision 2/3, recall 1 → 0.8; b: 1; c: never predicted → 0.
    expect(await scoreOf(tiny, tiny.predict(['a', 'b', 'a', 'a']))).toBeCloseTo(1.8 / 3, 12);
  });

  it('quadratic kappa: 1 − observed over expected squared distance', async () => {
    const tiny = new TinyCompetition('quadratic_kappa', [1, 2, 3]);
    // Observed: 1 of 3 rows is off by 1. Expected: over all pairs of {1, 2, 3} and {1, 3, 3}, 15/9.
    expect(await scoreOf(tiny, tiny.predict([1, 3, 3]))).toBeCloseTo(1 - 1 / 3 / (15 / 9), 12);
  });

  it('AUC: 3 of 4 pairs are in order', async () => {
    expect(await scoreOf(scores, scores.predict([0.1, 0.3, 0.4, 7]))).toBe(0.75);
  });

  it('log loss: the mean of −ln p', async () => {
    const expected = -(Math.log(0.8) + Math.log(0.4)) / 2;
    const path = probabilities.predict(['0.8,0.2', '0.6,0.4']);
    expect(await scoreOf(probabilities, path)).toBeCloseTo(expected, 12);
  });

  it('RMSE: √((0 + 0 + 1 + 9) / 4)', async () => {
    expect(await scoreOf(numbers, numbers.predict([1, 2, 4, 7]))).toBeCloseTo(Math.sqrt(2.5), 12);
  });

  it('RMSLE: √((1² + 0²) / 2)', async () => {
    const path = positives.predict([Math.E - 1, Math.E - 1]);
    expect(await scoreOf(positives, path)).toBeCloseTo(Math.SQRT1_2, 12);
  });
});

describe('what counts as the same', () => {
  it('takes rows and columns in any order, and ids and labels in any spelling of a number', async () => {
    const tiny = new TinyCompetition('quadratic_kappa', [1, 2, 3]);
    const path = tiny.submit('\ufefftarget , id\r\n3.0,13\r\n1,+11\r\n\r\n2,12.0\r\n');
    expect(await scoreOf(tiny, path)).toBe(1);
  });

  it('takes probabilities that miss 1 by less than a thousandth', async () => {
    const path = probabilities.predict(['0.8,0.2009', '0.6,0.4']);
    expect(await scoreOf(probabilities, path)).toBeGreaterThan(0);
  });

  it('tells the share of the leaderboard that is beaten', async () => {
    const grade = await gradeOf(labels, labels.predict(['a', 'b', 'a', 'c']));
    expect(grade).toEqual({ valid: true, score: 0.5, referencePercentile: 1 / 3 });
  });
});

describe('invalid submissions', () => {
  const row = 'id,target\n';
  const cases: [string, TinyCompetition, string | Buffer, string][] = [
    ['an empty file', labels, '', 'unreadable'],
    ['a NUL byte', labels, 'id,target\n11,a\0\n', 'unreadable'],
    ['another encoding', labels, Buffer.from('id,target\n11,\xe9\n', 'latin1'), 'unreadable'],
    ['UTF-16', labels, Buffer.from('\ufeffid,target\n11,a\n', 'utf16le'), 'unreadable'],
    ['a compressed file', labels, gzipSync('id,target\n11,a\n'), 'unreadable'],
    ['a compressed bomb', labels, gzipSync(Buffer.alloc(50_000_000)), 'unreadable'],
    ['a huge file', labels, Buffer.alloc(30_000_000, 'id,target\n'), 'unreadable'],
    ['a huge cell', labels, `id,target\n11,${'a'.repeat(200_000)}\n`, 'unreadable'],
    ['an open quote', labels, 'id,target\n11,"a\n', 'unreadable'],
    ['a missing column', labels, 'id\n11\n', 'wrong columns'],
    ['an index column', labels, ',id,target\n0,11,a\n', 'wrong columns'],
    ['another target', labels, 'id,prediction\n11,a\n', 'wrong columns'],
    ['a column twice', labels, 'id,target,target\n11,a,a\n', 'wrong columns'],
    ['a hundred thousand columns', labels, ','.repeat(100_000), 'wrong columns'],
    ['a row that is too long', labels, `${row}11,a,b\n`, 'wrong columns'],
    ['a target where probabilities are due', probabilities, `${row}11,0.5\n`, 'wrong columns'],
    ['no rows', labels, row, 'wrong ids'],
    ['too few rows', labels, `${row}11,a\n12,a\n13,a\n`, 'wrong ids'],
    ['a foreign id', labels, `${row}11,a\n12,a\n13,a\n14,a\n15,a\n`, 'wrong ids'],
    ['ids that are text', labels, `${row}x,a\ny,a\nz,a\nw,a\n`, 'wrong ids'],
    ['an id twice', labels, `${row}11,a\n12,a\n13,a\n14,a\n11,a\n`, 'duplicate ids'],
    ['an id twice in two spellings', labels, `${row}11,a\n11.0,a\n12,a\n13,a\n`, 'duplicate ids'],
  ];

  it.each(cases)('%s', async (_, competition, content, reason) => {
    expect(await reasonOf(competition, competition.submit(content))).toBe(reason);
  });

  const values: [string, TinyCompetition, (string | number)[], string][] = [
    ['an empty label', labels, ['a', '', 'c', 'a'], 'missing or infinite values'],
    ['a number where a label is due', labels, ['a', 0, 'c', 'a'], 'unknown class'],
    ['a label in another case', labels, ['A', 'b', 'c', 'a'], 'unknown class'],
    ['an empty number', numbers, [1, '', 3, 4], 'missing or infinite values'],
    ['NaN', numbers, [1, 'nan', 3, 4], 'missing or infinite values'],
    ['infinity', scores, [1, '-inf', 3, 4], 'missing or infinite values'],
    ['a number beyond all floats', numbers, [1, '1e999', 3, 4], 'missing or infinite values'],
    ['text', numbers, [1, 'two', 3, 4], 'not numeric'],
    ['a formula', numbers, [1, '=1+1', 3, 4], 'not numeric'],
    ['a number that only Python takes', numbers, [1, '1_000', 3, 4], 'not numeric'],
    ['digits of another script', numbers, [1, '٢', 3, 4], 'not numeric'],
    ['labels where scores are due', scores, ['no', 'yes', 'no', 'yes'], 'not numeric'],
    ['a number whose square is no float', numbers, [1, '1e200', 3, 4], 'out of range'],
    ['a negative number for RMSLE', positives, [1, -0.001], 'out of range'],
    ['a probability above 1', probabilities, ['1.2,-0.2', '0.6,0.4'], 'out of range'],
    ['probabilities that sum to 1.01', probabilities, ['0.8,0.21', '0.6,0.4'], 'out of range'],
  ];

  it.each(values)('%s', async (_, competition, predicted, reason) => {
    expect(await reasonOf(competition, competition.predict(predicted))).toBe(reason);
  });

  it('no file at all', async () => {
    expect(await reasonOf(labels, null)).toBe('missing file');
  });

  it('a link to the answers', async () => {
    const link = `${labels.submit('')}.link`;
    symlinkSync(join(labels.prepared.privateFolder, 'answers.csv'), link);
    expect(await reasonOf(labels, link)).toBe('unreadable');
  });

  it('a pipe, without waiting for it', async () => {
    const pipe = `${labels.submit('')}.pipe`;
    execFileSync('mkfifo', [pipe]);
    expect(await reasonOf(labels, pipe)).toBe('unreadable');
  });

  it('says where and what, in one short line', async () => {
    const grade = await gradeOf(numbers, numbers.predict([1, `x\n${'y'.repeat(500)}`, 3, 4]));
    expect(grade).toMatchObject({ valid: false });
    expect(JSON.stringify(grade).length).toBeLessThan(200);
  });
});
