import { join } from 'node:path';
import { describe } from 'vitest';
import { encodeName } from '../names.ts';
import { groupsOf, openTestbed, type Way } from '../testbed.ts';
import { letHostileProgramsLoose } from './suite.ts';

// Started either way and measured either way; `cold` is a mixture of these two.
describe.each<Way>(['preloaded', 'polled'])('hostile programs in bubblewrap, %s', (way) => {
  letHostileProgramsLoose(() => {
    const bed = openTestbed(way);
    const { sandbox, root } = bed;
    return {
      ...{ sandbox, root },
      close: () => bed.close(),
      leftovers: (name) =>
        groupsOf(join(root, 'executions', encodeName(name))).map((group) => `${group} is left`),
    };
  });
});
