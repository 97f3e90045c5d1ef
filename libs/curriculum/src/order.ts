/** Order of addresses by code unit: the same on every platform and in every locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A sorted copy by the text that `of` gives. */
export const sortedByText = <T>(items: readonly T[], of: (item: T) => string): T[] =>
  [...items].sort((a, b) => compareText(of(a), of(b)));

/** Largest of the values, −∞ for none. (Spreading a large buffer into Math.max overflows the stack.) */
export const largestOf = (values: readonly number[]): number =>
  values.reduce((largest, value) => Math.max(largest, value), -Infinity);
