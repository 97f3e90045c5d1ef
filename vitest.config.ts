import { defineConfig } from 'vitest/config';

/** Where `.ci/run` reads the totals. */
const report = process.env['ACE_TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['{apps,libs}/*/src/**/*.spec.ts', '{workflows,activities,infra}/**/*.spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['infra/src/testing/global-setup.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
