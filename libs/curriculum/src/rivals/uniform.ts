import type { Priorities } from '../contract.ts';

/** Every state alike. */
export const uniformPriorities: Priorities = (states) => states.map(() => 1);
