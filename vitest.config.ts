import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,libs}/*/src/**/*.spec.ts', '{workflows,activities,infra}/**/*.spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['infra/src/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
