import { type ConfigSources, resolveRunConfig } from '@ace/config';
import { expect, it } from 'vitest';
import { staticDisplay } from './static-display.ts';

const sources: ConfigSources = {
  recipes: { quickstart: { iterations: 18 }, small: { iterations: 1, groups: 1 } },
  competitions: { train: ['ames', 'titanic'], heldOut: [] },
};

const displayOf = (input: Record<string, unknown>) =>
  staticDisplay('night-1', input, resolveRunConfig(input, sources));

it('tells a run by its recipe and its size', () => {
  const { staticSummary, staticDetails } = displayOf({ groups: 8, groupSize: 4, seed: 7 });
  expect(staticSummary).toBe('quickstart: 18 iterations of 8 groups × 4 attempts, seed 7');
  expect(staticDetails).toContain('- **trained on**: ames, titanic\n- **held out**: none\n');
  expect(staticDetails).toContain('`npm run ace -- watch night-1`');
});

it('counts one in the singular', () => {
  const { staticSummary } = displayOf({ recipe: 'small', groupSize: 2, seed: 7 });
  expect(staticSummary).toBe('small: 1 iteration of 1 group × 2 attempts, seed 7');
});

it('says what an iteration that fails does, and what is evaluated', () => {
  const evaluation = { samplesPerCompetition: 2, everyIterations: 5 };
  const { staticDetails } = displayOf({ onIterationFailure: 'fail', evaluation });
  expect(staticDetails).toContain('- **an iteration that fails**: fails the run');
  expect(staticDetails).toContain(
    '2 root drafts per competition of the first and the last version, and every 5 versions',
  );
});

it('stays within what the server takes, however much there is to list', () => {
  const many = Array.from({ length: 500 }, (_, index) => `a-competition-of-${index}`);
  const config = resolveRunConfig({}, sources);
  const { staticSummary, staticDetails } = staticDisplay(
    'x'.repeat(80),
    { recipe: 'é'.repeat(500) },
    { ...config, competitions: { train: many, heldOut: many } },
  );
  expect(Buffer.byteLength(JSON.stringify(staticSummary))).toBeLessThan(370);
  expect(Buffer.byteLength(JSON.stringify(staticDetails))).toBeLessThan(19_900);
});
