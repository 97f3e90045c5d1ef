/** For tests: a competition with a handful of rows. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Competition, Metric } from '@ace/config';
import { afterAll } from 'vitest';
import type { PreparedCompetition } from '../contract.ts';

/** Of the spec that imports this; deleted after it, whatever came of it. */
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const tasks: Record<Metric, Pick<Competition, 'task' | 'direction' | 'classes'>> = {
  accuracy: { task: 'multiclass', direction: 'maximize', classes: ['a', 'b', 'c'] },
  macro_f1: { task: 'multiclass', direction: 'maximize', classes: ['a', 'b', 'c'] },
  quadratic_kappa: { task: 'multiclass', direction: 'maximize', classes: [1, 2, 3] },
  auc: { task: 'binary', direction: 'maximize', classes: ['no', 'yes'] },
  log_loss: { task: 'binary', direction: 'minimize', classes: ['no', 'yes'] },
  rmse: { task: 'regression', direction: 'minimize', classes: [] },
  rmsle: { task: 'regression', direction: 'minimize', classes: [] },
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-competition-'));
  folders.push(folder);
  return folder;
}

/** Ids of its test rows: 11, 12, … */
export class TinyCompetition {
  readonly prepared: PreparedCompetition;
  private readonly folder = temporaryFolder();
  private submissions = 0;

  constructor(metric: Metric, answers: readonly (string | number)[]) {
    const { task, direction, classes } = tasks[metric];
    const columns = metric === 'log_loss' ? classes.map(String) : ['target'];
    const folder = (name: string): string => join(this.folder, name);
    this.prepared = {
      config: {
        ...{ id: 'tiny', title: 'Tiny', split: 'train', task, metric, direction, classes },
        ...{ idColumn: 'id', target: 'target', submissionColumns: ['id', ...columns] },
        features: {
          ...{ missingValues: false, textCategories: false, imbalanced: false, wide: false },
          rows: 'small',
        },
        limits: {
          ...{ cpuSeconds: 1, wallSeconds: 3, memoryBytes: 1, processes: 1 },
          ...{ diskBytes: 1, outputBytes: 1 },
        },
        validationScale: { baseline: 0, reference: 1 },
        source: { package: 'none', dataset: 'none', licence: 'none', origin: 'none' },
      },
      publicFolder: folder('public'),
      privateFolder: folder('private'),
      leaderboard: [0.25, 0.5, 0.75],
      fingerprint: 'none',
    };
    mkdirSync(folder('public'));
    mkdirSync(folder('private'));
    const ids = answers.map((_, row) => row + 11);
    const rows = answers.map((answer, row) => `${ids[row]},${answer}`);
    writeFileSync(join(folder('private'), 'answers.csv'), ['id,target', ...rows, ''].join('\n'));
    const constant = columns
      .map(() => classes[0] ?? 1)
      .map(metric === 'log_loss' ? () => 0.5 : same);
    const sample = ids.map((id) => [id, ...(metric === 'auc' ? [0.5] : constant)].join());
    writeFileSync(
      join(folder('public'), 'sample_submission.csv'),
      [['id', ...columns].join(), ...sample, ''].join('\n'),
    );
  }

  /** Writes a submission as it is; returns its path. `name` tells a faulty grader what to do. */
  submit(content: string | Buffer, name = 'submission'): string {
    this.submissions += 1;
    const path = join(this.folder, `${name}-${this.submissions}.csv`);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a submission of these values, one a test row, under the right header. */
  predict(values: readonly (string | number)[], name?: string): string {
    const header = this.prepared.config.submissionColumns.join();
    const rows = values.map((value, row) => `${row + 11},${value}`);
    return this.submit([header, ...rows, ''].join('\n'), name);
  }
}

const same = <T>(value: T): T => value;
