/** Maps values of a domain onto pixels; outside of the domain onto its ends. */
export type Scale = (value: number) => number;

export const linearScale =
  ([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale =>
  (value) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  };

/** Round numbers within the domain, about `count`, in steps of 1, 2 or 5 times a power of ten. */
export function ticksOf([low, high]: readonly [number, number], count: number): number[] {
  if (!(high > low)) return [low];
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The round number whose ratio to `wanted` is nearest to 1. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const distance = (factor: number): number => Math.abs(Math.log((factor * power) / wanted));
  const [nearest] = [1, 2, 5, 10].sort((a, b) => distance(a) - distance(b));
  return nearest! * power;
}
