import { defaults, type RunConfig } from '@ace/config';

/** A config small enough for tests of the database. */
export const testConfig: RunConfig = {
  ...defaults,
  competitions: { train: ['ames', 'titanic'], heldOut: ['loans'] },
  iterations: 2,
  groups: 2,
  groupSize: 3,
  evaluation: { samplesPerCompetition: 3, everyIterations: 0 },
};
