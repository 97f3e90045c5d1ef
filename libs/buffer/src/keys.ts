import type { AttemptAddress, GroupAddress } from '@ace/config/pure';

/** Key columns of tables about groups, in key order, and their values. */
export const groupColumns = ['run', 'track', 'iteration', 'slot'] as const;
export const groupKey = (g: GroupAddress) => [g.run, g.track, g.iteration, g.slot] as const;
export const isGroup = '(run, track, iteration, slot) = ($1, $2, $3, $4)';

/** Key columns of tables about attempts, in key order, and their values. */
export const attemptColumns = [...groupColumns, 'sample'] as const;
export const attemptKey = (a: AttemptAddress) => [...groupKey(a), a.sample] as const;
export const isAttempt = '(run, track, iteration, slot, sample) = ($1, $2, $3, $4, $5)';
