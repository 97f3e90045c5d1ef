import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Competition } from '@ace/config';
import { InputError } from '@ace/config';
import { afterAll, describe, expect, it } from 'vitest';
import { competitionIds, loadCatalogue } from './catalogue.ts';
import { cataloguePath } from './paths.ts';
import { loadPrepared } from './prepared.ts';
import { competitionTable } from './table.ts';
import { preparedCompetitions } from './testing.ts';

const folder = preparedCompetitions();
const catalogue = loadCatalogue();
const scratch = mkdtempSync(join(tmpdir(), 'prepared-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

/** Cells of a prepared CSV file, the header first; no cell of ours holds a comma or a quote. */
function csv(path: string): string[][] {
  const text = readFileSync(path, 'utf8');
  expect(text).not.toContain('"');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

describe.each(catalogue)('$id', (competition) => {
  const prepared = loadPrepared(folder, competition.id);
  const [train, test] = ['train', 'test'].map((name) =>
    csv(join(prepared.publicFolder, `${name}.csv`)),
  ) as [string[][], string[][]];
  const answers = csv(join(prepared.privateFolder, 'answers.csv'));
  const { idColumn, target, classes } = competition;

  it('is prepared from this catalogue', () => {
    expect(prepared.config).toEqual(competition);
    const entry = join(cataloguePath, competition.id, 'description.md');
    expect(read(prepared.publicFolder, 'description.md')).toBe(read(entry));
  });

  it('keeps the answers apart: no target in test.csv, the same ids in both', () => {
    expect(train[0]).toEqual([...(test[0] ?? []), target]);
    expect(answers[0]).toEqual([idColumn, target]);
    expect(answers.map(([id]) => id)).toEqual(test.map(([id]) => id));
    const all = [...train.slice(1), ...test.slice(1)].map(([id]) => id);
    expect(new Set(all).size).toBe(all.length);
  });

  it('has at least 500 test rows', () => {
    expect(test.length - 1).toBeGreaterThanOrEqual(500);
    expect(train.length - 1).toBeGreaterThanOrEqual(500);
  });

  it('has the features that it claims, in train and test alike', () => {
    const { missingValues, textCategories, wide } = competition.features;
    for (const table of [train.map((row) => row.slice(0, -1)), test]) {
      const cells = table.slice(1).flat();
      expect(cells.includes('')).toBe(missingValues);
      expect(cells.some((cell) => Number.isNaN(Number(cell)))).toBe(textCategories);
    }
    expect((test[0]?.length ?? 0) - 1 > 50).toBe(wide);
  });

  it('has every class in train and answers, and the balance that it claims', () => {
    if (classes.length === 0) return expect(competition.features.imbalanced).toBe(false);
    const labels = train.slice(1).map((row) => row.at(-1));
    const counts = classes.map((label) => labels.filter((one) => one === String(label)).length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(labels.length);
    const rarest = (Math.min(...counts) / labels.length) * classes.length;
    expect(rarest < 1 / 3).toBe(competition.features.imbalanced);
    expect(new Set(answers.slice(1).map((row) => row[1]))).toEqual(new Set(classes.map(String)));
  });

  it('has a leaderboard of at least 50 that differ, best first', () => {
    const { leaderboard } = prepared;
    expect(leaderboard.length).toBeGreaterThanOrEqual(50);
    expect(new Set(leaderboard).size).toBeGreaterThan(0.6 * leaderboard.length);
    const { baseline, reference } = competition.validationScale;
    const [best = NaN, worst = NaN] = [leaderboard[0], leaderboard.at(-1)];
    expect(Math.abs(best - reference)).toBeLessThan(0.5 * Math.abs(reference - baseline));
    expect(Math.sign(best - worst)).toBe(competition.direction === 'maximize' ? 1 : -1);
  });
});

describe('the README', () => {
  it('shows this table', () => {
    const all = catalogue.map(({ id }) => loadPrepared(folder, id));
    const inOrder = [...all].sort((a, b) => b.config.split.localeCompare(a.config.split));
    expect(read(cataloguePath, '..', 'README.md')).toContain(competitionTable(inOrder));
  });
});

describe('loadPrepared', () => {
  let copies = 0;

  /** A folder with one damaged copy of telco-churn. */
  function damaged(damage: (root: string) => void): string {
    const place = join(scratch, String((copies += 1)));
    cpSync(join(folder, 'telco-churn'), join(place, 'telco-churn'), { recursive: true });
    damage(join(place, 'telco-churn'));
    return place;
  }

  const withConfig = (change: (config: Competition & Record<string, unknown>) => void): string =>
    damaged((root) => {
      const path = join(root, 'competition.json');
      const config = JSON.parse(read(path)) as Competition & Record<string, unknown>;
      change(config);
      writeFileSync(path, JSON.stringify(config));
    });

  const load = (place: string) => (): unknown => loadPrepared(place, 'telco-churn');

  it('names the nearest for an id that is not there', () => {
    expect(() => loadPrepared(folder, 'telco-chum')).toThrow(InputError);
    expect(() => loadPrepared(folder, 'telco-chum')).toThrow(
      /"telco-chum" .*, did you mean "telco-churn"\?$/,
    );
  });

  it('says what to do when nothing is prepared', () => {
    expect(() => loadPrepared(join(scratch, 'none'), 'telco-churn')).toThrow(/run npm start/);
    expect(competitionIds(join(scratch, 'none'))).toEqual([]);
  });

  const faults: [string, (config: Competition & Record<string, unknown>) => void, RegExp][] = [
    ['an unknown field', (config) => (config.medals = 3), /medals: unknown field/],
    ['an unknown metric', (config) => (config.metric = 'mae' as never), /metric: .*"mae"/],
    [
      'a metric of another task',
      (config) => (config.metric = 'rmse'),
      /metric: expected .* binary/,
    ],
    [
      'the wrong direction',
      (config) => (config.direction = 'minimize'),
      /direction: expected maxi/,
    ],
    ['a class too few', (config) => config.classes.pop(), /classes: expected .* binary/],
    [
      'columns in another order',
      (config) => config.submissionColumns.reverse(),
      /submissionColumns/,
    ],
    ['another id', (config) => (config.id = 'other'), /id: expected "telco-churn", got "other"/],
  ];

  it.each(faults)('refuses %s', (_, change, message) => {
    expect(load(withConfig(change))).toThrow(InputError);
    expect(load(withConfig(change))).toThrow(message);
  });

  it.each([
    ['too short', '[1, 0.5]', /at least 50/],
    ['not numbers', '["a"]', /at least 50 scores/],
    ['not JSON', '[1,', /leaderboard\.json: /],
    ['worst first', JSON.stringify(Array.from({ length: 60 }, (_, i) => i)), /best score first/],
  ])('refuses a leaderboard that is %s', (_, content, message) => {
    const place = damaged((root) => writeFileSync(join(root, 'leaderboard.json'), content));
    expect(load(place)).toThrow(InputError);
    expect(load(place)).toThrow(message);
  });

  it('refuses a competition without answers', () => {
    const place = damaged((root) => rmSync(join(root, 'prepared', 'private', 'answers.csv')));
    expect(load(place)).toThrow(/answers\.csv: is missing/);
  });

  it('gives equal data equal fingerprints, and a changed byte another', () => {
    const { fingerprint } = loadPrepared(folder, 'telco-churn');
    const same = damaged(() => undefined);
    expect(loadPrepared(same, 'telco-churn').fingerprint).toBe(fingerprint);
    const other = damaged((root) => {
      const path = join(root, 'prepared', 'private', 'answers.csv');
      writeFileSync(path, `${read(path)}\n`);
    });
    expect(loadPrepared(other, 'telco-churn').fingerprint).not.toBe(fingerprint);
  });
});
