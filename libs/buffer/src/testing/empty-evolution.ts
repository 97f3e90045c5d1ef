import type { Evolution } from '@ace/curriculum';

/** An evolution that decides nothing. */
export const emptyEvolution: Evolution = {
  rewards: [],
  groups: [],
  born: [],
  evicted: [],
  statistics: [],
  priors: [],
  decisions: [],
};
