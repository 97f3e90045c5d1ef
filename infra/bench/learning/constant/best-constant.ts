import { momentsOf } from '@ace/curriculum';
import type { BestConstant, Measured } from '../results-contract.ts';
import { bestOf, type Collected, type Fared, type Known, shortlist } from './candidates.ts';

export interface BestConstantInput {
  collected: Collected;
  trainedOn: readonly string[];
  heldOut: readonly string[];
  /** Runs a program on a competition on which no run tried it. */
  execute: (program: string, competition: string) => Promise<Fared>;
  /** A program's choices in words, one a decision. */
  describe: (program: string) => Record<string, string>;
}

const shortlisted = 16;

/**
 * The one program that does best over all competitions trained on. Of all programs that any run wrote, the 16
 * whose known rewards there add up to most are run on every competition where they were not tried yet; the
 * best of these wins. What is known comes from the same grades as the evaluation's, and those on
 * competitions held out choose nothing. Being the best of many on the answers that it is measured on, it
 * flatters; not being the best of all programs, it may also fall short.
 */
export async function findBestConstant(input: BestConstantInput): Promise<BestConstant> {
  const { collected, trainedOn, heldOut, execute, describe } = input;
  const { known } = collected;
  const programs = shortlist(known, trainedOn, shortlisted);
  let executions = 0;
  for (const program of programs) {
    for (const competition of [...trainedOn, ...heldOut]) {
      if (known.get(program)?.has(competition)) continue;
      known.get(program)?.set(competition, await execute(program, competition));
      executions += 1;
    }
  }
  const best = bestOf(programs, known, trainedOn);
  if (best === null) throw new Error('no run wrote a program');
  return {
    choices: describe(best),
    ...measuresOf(known, best, trainedOn, heldOut),
    seen: known.size,
    shortlisted: programs.length,
    executions,
  };
}

function measuresOf(
  known: Known,
  program: string,
  trainedOn: readonly string[],
  heldOut: readonly string[],
): Pick<BestConstant, 'trainedOn' | 'heldOut' | 'competitions'> {
  const fared = known.get(program) ?? new Map<string, Fared>();
  return {
    trainedOn: measured(fared, trainedOn),
    heldOut: measured(fared, heldOut),
    competitions: Object.fromEntries([...trainedOn, ...heldOut].map((id) => [id, fared.get(id)!])),
  };
}

function measured(fared: ReadonlyMap<string, Fared>, ids: readonly string[]): Measured {
  const all = ids.map((id) => fared.get(id)!);
  const valid = all.filter((one) => one.valid).length;
  return {
    drafts: all.length,
    valid,
    validRate: valid / all.length,
    meanReward: momentsOf(all.map(({ reward }) => reward)).mean,
  };
}
