/** How a program of the grammar fared on one competition, as a root draft. */
export interface Fared {
  valid: boolean;
  reward: number;
}

/** A graded attempt of any run. `program`: its tokens as text. */
export interface SeenAttempt extends Fared {
  program: string;
  competition: string;
}

/** Programs with what is known of each, by competition. */
export type Known = Map<string, Map<string, Fared>>;

export interface Collected {
  known: Known;
  /** (program, competition) pairs that were seen more than once, and those that fared differently. */
  repeated: number;
  disagreeing: number;
}

/** What the attempts say of each program; of several attempts the first counts. */
export function collectPrograms(attempts: Iterable<SeenAttempt>): Collected {
  const known: Known = new Map();
  const repeated = new Set<string>();
  const disagreeing = new Set<string>();
  for (const { program, competition, valid, reward } of attempts) {
    const fared = known.get(program) ?? new Map<string, Fared>();
    known.set(program, fared);
    const before = fared.get(competition);
    if (!before) fared.set(competition, { valid, reward });
    else repeated.add(`${program} ${competition}`);
    if (before && before.reward !== reward) disagreeing.add(`${program} ${competition}`);
  }
  return { known, repeated: repeated.size, disagreeing: disagreeing.size };
}

/**
 * The most promising programs: those whose rewards on the competitions trained on add up to most, where a
 * competition that a program was not tried on adds nothing.
 */
export function shortlist(known: Known, trainedOn: readonly string[], count: number): string[] {
  const sums = [...known].map(([program, fared]) => ({
    program,
    sum: sumOver(fared, trainedOn),
  }));
  sums.sort((a, b) => b.sum - a.sum || (a.program < b.program ? -1 : 1));
  return sums.slice(0, count).map(({ program }) => program);
}

/** The shortlisted program with the most reward over the competitions trained on; of equals the first. */
export function bestOf(
  shortlisted: readonly string[],
  known: Known,
  trainedOn: readonly string[],
): string | null {
  return shortlist(new Map(shortlisted.map((p) => [p, known.get(p)!])), trainedOn, 1)[0] ?? null;
}

const sumOver = (fared: ReadonlyMap<string, Fared>, competitions: readonly string[]): number =>
  competitions.reduce((sum, competition) => sum + (fared.get(competition)?.reward ?? 0), 0);
