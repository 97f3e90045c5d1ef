import { momentsOf } from './moments.ts';
import { quantileOf } from './quantile.ts';
import { addressedIndex } from './random.ts';

/** An estimate with the ends of its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/** Share of successes with its Wilson score interval (1927); with no trials, 0 with the interval [0, 1]. */
export function wilsonInterval(successes: number, trials: number): Estimate {
  if (trials === 0) return { value: 0, low: 0, high: 1 };
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / scale;
  const half =
    (z / scale) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return {
    value: share,
    low: successes === 0 ? 0 : centre - half,
    high: successes === trials ? 1 : centre + half,
  };
}

/** Mean with Student's t interval; for fewer than two values the interval has no bounds. */
export function meanInterval(values: readonly number[]): Estimate {
  const { count, mean, variance } = momentsOf(values);
  if (count < 2) return { value: mean, low: -Infinity, high: Infinity };
  const half = studentQuantile(count - 1) * Math.sqrt(variance / (count - 1));
  return { value: mean, low: mean - half, high: mean + half };
}

/** 97.5 % quantiles of Student's t for 1 to 10 degrees of freedom. */
const smallQuantiles = [
  12.7062047, 4.3026527, 3.1824463, 2.7764451, 2.5705818, 2.4469119, 2.3646243, 2.3060041,
  2.2621572, 2.2281389,
];

/** Beyond the table the Cornish-Fisher expansion in 1/ν, within 1e-5 (Abramowitz and Stegun 26.7.5). */
function studentQuantile(freedom: number): number {
  const exact = smallQuantiles[freedom - 1];
  if (exact !== undefined) return exact;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3 + fourth / freedom ** 4;
}

export interface BootstrapInput {
  /** One difference for each pair (b − a of one seed), in order of the pairs. */
  differences: readonly number[];
  /** At least 1,000 for an interval whose ends do not move. */
  resamples: number;
  seed: number;
  /** What is compared: keeps the draws of two comparisons apart. */
  comparison: string;
}

/** Mean of paired differences with its percentile bootstrap interval (Efron 1979), on addressed randomness. */
export function pairedBootstrap(input: BootstrapInput): Estimate {
  const { differences, resamples } = input;
  const value = momentsOf(differences).mean;
  if (differences.length < 2) return { value, low: -Infinity, high: Infinity };
  const means = Array.from({ length: resamples }, (_, resample) => resampledMean(input, resample));
  means.sort((a, b) => a - b);
  return { value, low: quantileOf(means, 0.025), high: quantileOf(means, 0.975) };
}

function resampledMean(
  { differences, seed, comparison }: BootstrapInput,
  resample: number,
): number {
  const drawn = differences.map((_, place) => {
    const address = { seed, purpose: 'bootstrap', parts: [comparison, resample, place] };
    return differences[addressedIndex(address, differences.length)]!;
  });
  return momentsOf(drawn).mean;
}
