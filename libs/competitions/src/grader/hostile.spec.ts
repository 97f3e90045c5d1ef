import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { solutionPython } from '../testing.ts';
import { createGrader } from './grader.ts';
import { TinyCompetition } from './tiny-competition.ts';

/** A grade takes milliseconds; where it took longer than this, it would be `ungradable`. */
const grader = createGrader({ python: solutionPython(), deadlineMs: 5_000 });
afterAll(() => grader.close());

const labels = new TinyCompetition('accuracy', ['a', 'b', 'c', 'a']);
const numbers = new TinyCompetition('rmse', [1, 2, 3, 4]);
const probabilities = new TinyCompetition('log_loss', ['no', 'yes']);

const row = 'id,target\n';
/** As long as a cell may be to Python's csv module, nearly. */
const enormous = 131_000;
const megabyte = 1 << 20;

/** An archive of one file of zeros. */
function zipBomb(bytes: number): Buffer {
  const packed = deflateRawSync(Buffer.alloc(bytes));
  const header = Buffer.alloc(30 + 14);
  header.write('PK\x03\x04', 'latin1');
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(bytes, 22);
  header.writeUInt16LE(14, 26);
  header.write('submission.csv', 30);
  return Buffer.concat([header, packed]);
}

async function reasonOf(competition: TinyCompetition, path: string): Promise<string> {
  const grade = await grader.grade(competition.prepared, path);
  if (!grade.valid) expect(grade.detail.length).toBeLessThan(300);
  return grade.valid ? `valid: ${grade.score}` : grade.reason;
}

describe('files that are made to harm who reads them', () => {
  const cases: [string, TinyCompetition, string | Buffer, string][] = [
    ['an archive that unpacks to much more', labels, zipBomb(100 * megabyte), 'unreadable'],
    ['more rows than ids', labels, row + '11,a\n'.repeat(150_000), 'duplicate ids'],
    ['more bytes than any submission', labels, row + '11,a\n'.repeat(250_000), 'unreadable'],
    ['a megabyte of line ends', labels, '\n'.repeat(megabyte), 'wrong columns'],
    ['a megabyte of carriage returns', labels, row + '\r'.repeat(megabyte - 20), 'wrong ids'],
    ['a megabyte of quotes', labels, '"'.repeat(megabyte), 'unreadable'],
    ['a million columns', labels, ','.repeat(megabyte), 'unreadable'],
    ['a row of a million cells', labels, row + ','.repeat(megabyte - 20), 'unreadable'],
    ['a row of many cells on many lines', labels, '"\n",'.repeat(200_000), 'unreadable'],
    ['a billion columns, as far as one gets', labels, Buffer.alloc(50_000_000, ','), 'unreadable'],
    ['one enormous field', labels, `${row}11,${'a'.repeat(megabyte - 20)}`, 'unreadable'],
    ['an enormous label', labels, `${row}11,${'a'.repeat(enormous)}\n`, 'wrong ids'],
    ['NULs in the header', labels, 'id\0,target\n11,a\n', 'unreadable'],
    ['NULs at the end', labels, labelled('\0\0\0'), 'unreadable'],
    ['a surrogate', labels, Buffer.from(labelled('\xed\xa0\x80'), 'latin1'), 'unreadable'],
    ['an overlong slash', labels, Buffer.from(labelled('\xc0\xaf'), 'latin1'), 'unreadable'],
    ['half a character', labels, Buffer.from(labelled('\xe2\x82'), 'latin1'), 'unreadable'],
    ['a formula for a header', labels, '=id,target\n11,a\n', 'wrong columns'],
    ['formulas for ids', labels, `${row}=11,a\n=12,b\n=13,c\n=14,a\n`, 'wrong ids'],
  ];

  it.each(cases)('%s', async (_, competition, content, reason) => {
    expect(await reasonOf(competition, competition.submit(content))).toBe(reason);
  });
});

describe('cells that are made to harm who reads them', () => {
  const values: [string, TinyCompetition, (string | number)[], string][] = [
    ['the right numbers, as formulas', numbers, ['=1', '=2', '=3', '=4'], 'not numeric'],
    ['a sum', numbers, ['+1+0', 2, 3, 4], 'not numeric'],
    ['a function', numbers, ['@SUM(1)', 2, 3, 4], 'not numeric'],
    ['a program', numbers, ['"=cmd|\' /C calc\'!A0"', 2, 3, 4], 'not numeric'],
    ['Python', numbers, ["__import__('os')._exit(0)", 2, 3, 4], 'not numeric'],
    [
      'a formula for a label',
      labels,
      ['="a"'.replaceAll('"', '""'), 'b', 'c', 'a'],
      'unknown class',
    ],
    ['formulas for probabilities', probabilities, ['=1/2,=1/2', '0.5,0.5'], 'not numeric'],
    ['digits that end as text', numbers, [`${'9'.repeat(enormous)}x`, 2, 3, 4], 'not numeric'],
    [
      'digits without an end',
      numbers,
      ['9'.repeat(enormous), 2, 3, 4],
      'missing or infinite values',
    ],
    [
      'an exponent without an end',
      numbers,
      [`1e${'9'.repeat(enormous)}`, 2, 3, 4],
      'missing or infinite values',
    ],
    [
      'line separators of JavaScript',
      numbers,
      ['1\u2028{"score": 0}\u2029', 2, 3, 4],
      'not numeric',
    ],
    ['an answer of the grader', numbers, ['"\n{""score"": 0}\n"', 2, 3, 4], 'not numeric'],
    ['controls of a terminal', numbers, ['\x1b[2J\x07', 2, 3, 4], 'not numeric'],
  ];

  it.each(values)('%s', async (_, competition, predicted, reason) => {
    expect(await reasonOf(competition, competition.predict(predicted))).toBe(reason);
  });

  it('ids that are digits and end as text', async () => {
    const cell = `${'1'.repeat(enormous)}x`;
    const rows = [11, 12, 13, 14].map((id) => `${id}${cell},a\n`);
    expect(await reasonOf(labels, labels.submit(row + rows.join('')))).toBe('wrong ids');
  });
});

describe('what is no file', () => {
  it('a folder', async () => {
    const path = `${labels.submit('')}.folder`;
    mkdirSync(path);
    expect(await reasonOf(labels, path)).toBe('unreadable');
  });

  it('a socket', async () => {
    const path = `${labels.submit('')}.socket`;
    const server = createServer();
    await once(server.listen(path), 'listening');
    expect(await reasonOf(labels, path)).toBe('unreadable');
    await once(server.close(), 'close');
  });

  it('a terabyte that takes no space', async () => {
    const path = labels.submit('');
    writeFileSync(path, row);
    truncateSync(path, 2 ** 40);
    expect(await reasonOf(labels, path)).toBe('unreadable');
  });
});

/** A submission that would be right, and then something. */
function labelled(rest: string): string {
  return `${row}11,a\n12,b\n13,c\n14,a${rest}\n`;
}
