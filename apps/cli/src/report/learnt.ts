import type { LearntChoice } from './contract.ts';

/** The words of a grammar: what its decisions are called, and what each token says. */
export interface Vocabulary {
  readonly decisions: readonly { name: string; tokens: readonly number[] }[];
  readonly words: readonly string[];
}

/** Shares that moved by less are noise with samples of this size. */
const leastMove = 0.1;

/**
 * What changed between two sets of drafts (token ids, one a decision): for each decision the choice whose
 * share rose or fell most, the largest move first.
 */
export function learntChoices(
  vocabulary: Vocabulary,
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): LearntChoice[] {
  if (before.length === 0 || after.length === 0) return [];
  return vocabulary.decisions
    .map(({ name, tokens }, place) => {
      const moves = tokens.map((token) => ({
        decision: name,
        choice: choiceOf(name, vocabulary.words[token] ?? String(token)),
        before: shareOf(before, place, token),
        after: shareOf(after, place, token),
      }));
      return moves.sort((a, b) => moveOf(b) - moveOf(a))[0];
    })
    .filter((choice) => choice !== undefined && moveOf(choice) >= leastMove)
    .map((choice) => choice!)
    .sort((a, b) => moveOf(b) - moveOf(a));
}

/** Grammars say `impute=median` where the decision is called `impute`. */
const choiceOf = (decision: string, word: string): string =>
  word.startsWith(`${decision}=`) ? word.slice(decision.length + 1) : word;

const moveOf = ({ before, after }: LearntChoice): number => Math.abs(after - before);

const shareOf = (drafts: readonly (readonly number[])[], place: number, token: number): number =>
  drafts.filter((tokens) => tokens[place] === token).length / drafts.length;
