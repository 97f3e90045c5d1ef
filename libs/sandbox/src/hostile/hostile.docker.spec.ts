import { describe } from 'vitest';
import { openDockerTestbed } from '../docker/docker.testbed.ts';
import { letHostileProgramsLoose } from './suite.ts';

describe('hostile programs in containers', () => {
  letHostileProgramsLoose(() => {
    const bed = openDockerTestbed();
    const { sandbox, root } = bed;
    return { sandbox, root, close: () => bed.close() };
  });
});
