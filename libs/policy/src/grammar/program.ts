import { type DecisionName, decisions, decisionTable, type Program, words } from './vocabulary.ts';

/** A completion that is no program of the grammar. Names the position and what was found there. */
export class IllegalProgramError extends Error {
  override readonly name = 'IllegalProgramError';
}

/** The program that a completion's tokens describe, one token a decision. @throws {@link IllegalProgramError} */
export function programOf(tokens: readonly number[]): Program {
  if (tokens.length !== decisions.length) {
    throw new IllegalProgramError(
      `program: expected ${decisions.length} decisions, got ${tokens.length} tokens`,
    );
  }
  return Object.fromEntries(
    decisions.map(({ name }, position) => [name, optionAt(name, tokens, position)]),
  ) as Program;
}

function optionAt(name: DecisionName, tokens: readonly number[], position: number): string {
  const token = tokens[position];
  const option = decisions[position]?.tokens.findIndex((legal) => legal === token) ?? -1;
  const word = decisionTable[name][option];
  if (word !== undefined) return word;
  throw new IllegalProgramError(
    `program: position ${position}: expected a word of "${name}", got token ${token} (${words[token ?? -1] ?? 'no word'})`,
  );
}

/** One line for people: the options in order. */
export const describeProgram = (tokens: readonly number[]): string =>
  Object.values(programOf(tokens)).join(' · ');
