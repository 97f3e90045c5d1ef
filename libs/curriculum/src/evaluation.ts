import { sumOf } from './moments.ts';

/** A search for a valid draft gives up after so many steps. */
export const stepCap = 20;

export interface StepsToFirstValid {
  /** Mean over the searches; a search without a valid draft counts as {@link stepCap}. null without any draft. */
  steps: number | null;
  searches: number;
  /** Share of the searches that found none. */
  failedShare: number;
}

/**
 * Drafts until the first valid one. Each list holds the drafts of one competition in order of sample and is cut
 * into searches of {@link stepCap} drafts (the last may be shorter); each search counts once.
 */
export function stepsToFirstValid(drafts: readonly (readonly boolean[])[]): StepsToFirstValid {
  const found = drafts.flatMap(searchesOf).map((search) => search.indexOf(true) + 1);
  if (found.length === 0) return { steps: null, searches: 0, failedShare: 0 };
  return {
    steps: sumOf(found.map((step) => (step === 0 ? stepCap : step))) / found.length,
    searches: found.length,
    failedShare: found.filter((step) => step === 0).length / found.length,
  };
}

function searchesOf(drafts: readonly boolean[]): boolean[][] {
  const count = Math.ceil(drafts.length / stepCap);
  return Array.from({ length: count }, (_, index) =>
    drafts.slice(index * stepCap, (index + 1) * stepCap),
  );
}

/** A point of a learning curve: training executions paid for so far, and the evaluation then. */
export interface CurvePoint {
  executions: number;
  value: number;
}

/**
 * Area under a curve per execution: its mean height by trapezoids, in the unit of `value`. Points in any order;
 * null where they do not span an interval.
 */
export function areaUnderCurve(points: readonly CurvePoint[]): number | null {
  const sorted = [...points].sort((a, b) => a.executions - b.executions);
  const slices = sorted.slice(1).map((right, index) => {
    const left = sorted[index]!;
    return ((left.value + right.value) / 2) * (right.executions - left.executions);
  });
  const span = (sorted.at(-1)?.executions ?? 0) - (sorted[0]?.executions ?? 0);
  return span > 0 ? sumOf(slices) / span : null;
}
