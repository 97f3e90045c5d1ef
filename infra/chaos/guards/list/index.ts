import type { Guard } from '../guard.ts';
import { actGuards } from './act.ts';
import { executeGuards } from './execute.ts';
import { learnGuards } from './learn.ts';

/** In the order in which a run comes to them. */
export const guards: readonly Guard[] = [...actGuards, ...executeGuards, ...learnGuards];
