import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where `.ci/run` reads the totals. */
const report = process.env['ACE_TEST_REPORT'];

const rooms = ['{apps,libs}/*/src', '{workflows,activities,infra}'];
/** Specs that need a Docker engine; one is provided only where such a spec is in the run. */
const docker = rooms.map((room) => `${room}/**/*.docker.spec.ts`);
/** Specs that measure, or that keep every core busy: one after the other, when all others are done. */
const alone = ['infra/chaos/chaos.spec.ts', 'infra/e2e/limits.spec.ts'];

/** Minutes long: one of them that began last would be waited for alone. */
const longest = [
  'random-kills',
  'fault-points',
  'zombies',
  'containers',
  'disturbances',
  'controls',
];

/** A clone that was never tested knows no times, and would begin with the longest texts. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const isLong = longest.some((name) => moduleId.includes(`/infra/e2e/${name}.`));
      return isLong ? 0 : moduleId.includes('/infra/e2e/') ? 1 : 2;
    };
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  pool: 'forks',
} as const;

export default defineConfig({
  test: {
    globalSetup: ['infra/src/testing/global-setup.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'main',
          include: rooms.map((room) => `${room}/**/*.spec.ts`),
          exclude: [...configDefaults.exclude, ...docker, ...alone],
        },
      },
      {
        test: {
          ...shared,
          name: 'docker',
          include: docker,
          globalSetup: ['infra/src/testing/docker-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          ...{ name: 'alone', include: alone, fileParallelism: false },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
