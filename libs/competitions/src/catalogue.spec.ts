import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Competition } from '@ace/config';
import { competitionSchema } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { cataloguePath } from './paths.ts';

const catalogue = loadCatalogue();
const training = catalogue.filter(({ split }) => split === 'train');
const heldOut = catalogue.filter(({ split }) => split === 'held-out');

const submissionKinds = {
  ...{ accuracy: 'label', macro_f1: 'label', quadratic_kappa: 'label' },
  ...{ auc: 'score', log_loss: 'probabilities', rmse: 'number', rmsle: 'number' },
} as const;

/** What a program has to get right, each as `name=value`. */
function traits({ task, metric, features }: Competition): string[] {
  const { missingValues, textCategories, imbalanced, wide } = features;
  const named = { task, submission: submissionKinds[metric], missingValues, textCategories };
  return Object.entries({ ...named, imbalanced, wide }).map((pair) => pair.join('='));
}

const file = (id: string, name: string): string =>
  readFileSync(join(cataloguePath, id, name), 'utf8');

describe('the catalogue', () => {
  it('has seven competitions to train on and three held out', () => {
    expect(training).toHaveLength(7);
    expect(heldOut).toHaveLength(3);
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(10);
  });

  it('covers every task, metric and feature', () => {
    const { task, metric } = competitionSchema.shape;
    expect(new Set(catalogue.map((one) => one.task))).toEqual(new Set(task.options));
    expect(new Set(catalogue.map((one) => one.metric))).toEqual(new Set(metric.options));
    for (const feature of ['missingValues', 'textCategories', 'imbalanced', 'wide'] as const) {
      const values = training.map(({ features }) => features[feature]);
      expect([...new Set(values)].sort(), feature).toEqual([false, true]);
    }
  });

  // task, submission, missing values, text, imbalanced, wide
  it.each(heldOut)('$id combines what no competition to train on does', (competition) => {
    const combination = traits(competition).join();
    expect(training.map((one) => traits(one).join())).not.toContain(combination);
  });

  it.each(heldOut)('$id has no trait, metric or size that was never trained on', (competition) => {
    const known = new Set(training.flatMap(traits));
    expect(traits(competition).filter((trait) => !known.has(trait))).toEqual([]);
    expect(training.map(({ metric }) => metric)).toContain(competition.metric);
    expect(training.map(({ features }) => features.rows)).toContain(competition.features.rows);
  });

  it('shows every combination of missing values and text to train on', () => {
    const pairs = training.map(({ features }) => [features.missingValues, features.textCategories]);
    expect(new Set(pairs.map(String)).size).toBe(4);
  });

  it.each(catalogue)('$id names source and licence, in config and description', (competition) => {
    const { source } = competition;
    const description = file(competition.id, 'description.md');
    for (const value of Object.values(source)) {
      expect(value).not.toBe('');
      expect(description).toContain(value);
    }
  });

  it.each(catalogue)('$id describes its submission', (competition) => {
    const description = file(competition.id, 'description.md');
    const columns = competition.submissionColumns.map((name) => `\`${name}\``).join(', ');
    expect(description).toContain(`with the columns ${columns}:`);
    const labelled = submissionKinds[competition.metric] === 'label' ? competition.classes : [];
    for (const label of labelled) expect(description).toContain(`\`${label}\``);
  });

  it.each(catalogue)('$id places validation scores between two that differ', (competition) => {
    const { baseline, reference } = competition.validationScale;
    const gain = competition.direction === 'maximize' ? reference - baseline : baseline - reference;
    expect(gain).toBeGreaterThan(0.05 * Math.abs(baseline));
  });

  it.each(catalogue)('$id allows at least three times as much wall time as CPU time', (one) => {
    expect(one.limits.wallSeconds).toBeGreaterThanOrEqual(3 * one.limits.cpuSeconds);
  });
});
