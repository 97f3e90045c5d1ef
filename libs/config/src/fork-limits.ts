import { InputError } from './input.ts';
import type { AcceptedChange } from './limits.ts';
import { shown } from './shown.ts';

const limits = { groups: 'groups', iterations: 'iterations', learningRate: 'update.learningRate' };
type Limit = keyof typeof limits;

/**
 * A fork takes over every change of the forked run's limits, so that unchanged it does what that one did: a field
 * of its own beside such a change would hold of some iterations only.
 * @throws {@link InputError}
 */
export function refuseChangedLimits(
  overrides: Readonly<Record<string, unknown>>,
  run: string,
  changes: readonly AcceptedChange[],
): void {
  for (const limit of Object.keys(limits) as Limit[]) {
    const given = valueAt(overrides, limits[limit].split('.'));
    const change = changes.findLast((one) => one[limit] !== null);
    if (given === undefined || !change) continue;
    throw new InputError(
      `run config: ${limits[limit]}: expected none, since "${run}" was changed to ${limit} ${change[limit]} from ` +
        `iteration ${change.fromIteration} on, which its forks take over: start the fork without it, then change ` +
        `the limits of the fork (ace change, or the update changeLimits), got ${shown(given)}`,
    );
  }
}

const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
