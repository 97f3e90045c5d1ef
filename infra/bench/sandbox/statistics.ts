import type { Ratio } from './results-contract.ts';

/** The value below which `share` of `values` lie, between neighbours by proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('of no values');
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of `left` by `right`, place by place. */
export function pairedRatio(left: readonly number[], right: readonly number[]): Ratio {
  if (left.length !== right.length) throw new RangeError('not as many on the left as on the right');
  const ratios = left.map((value, place) => value / right[place]!);
  return { value: median(ratios), interval: medianInterval(ratios), pairs: ratios.length };
}

/**
 * A 95 % interval of the median that supposes nothing of how the values are distributed: between the two of
 * them that the true median leaves with the chance of a run of coin tosses (sign test). Null below six values.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] | null {
  const sorted = [...values].sort((a, b) => a - b);
  const outside = valuesOutside(sorted.length);
  if (outside < 1) return null;
  return [sorted[outside - 1]!, sorted[sorted.length - outside]!];
}

const tail = 0.025;

/** The largest k for which `count` coin tosses show fewer than k heads with a chance of at most `tail`. */
function valuesOutside(count: number): number {
  let logarithm = -count * Math.LN2;
  let chance = 0;
  for (let heads = 0; heads < count; heads++) {
    chance += Math.exp(logarithm);
    if (chance > tail) return heads;
    logarithm += Math.log((count - heads) / (heads + 1));
  }
  return 0;
}
