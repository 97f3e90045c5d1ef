/** Where two JSON values first differ, keys in code unit order; null when they are equal. */
export interface ValueDifference {
  path: string;
  stored: unknown;
  given: unknown;
}

export function firstValueDifference(
  stored: unknown,
  given: unknown,
  path = '',
): ValueDifference | null {
  if (!isNested(stored) || !isNested(given) || Array.isArray(stored) !== Array.isArray(given)) {
    return Object.is(stored, given) ? null : { path, stored, given };
  }
  for (const key of [...new Set([...Object.keys(stored), ...Object.keys(given)])].sort()) {
    const inner = path === '' ? key : `${path}.${key}`;
    const difference = firstValueDifference(stored[key], given[key], inner);
    if (difference) return difference;
  }
  return null;
}

const isNested = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
