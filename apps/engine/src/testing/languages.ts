import type { Language } from '../model/base-model.ts';

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

/**
 * A contextual bandit: the prompt's one meaningful token names which of the legal tokens is right at each of
 * three decisions.
 */
export const bandit: Language & { contexts: readonly number[] } = {
  baseModel: 'bandit',
  vocabularySize: 24,
  promptLength: 4,
  contexts: [1, 2, 3],
  decisions: [{ tokens: range(8, 4) }, { tokens: range(12, 3) }, { tokens: range(15, 5) }],
};

/** The prompt of a context, and the completion that is right in it. */
export const banditPrompt = (context: number): number[] => [5, context, 6, 7];
export const banditAnswer = (context: number): number[] =>
  bandit.decisions.map(({ tokens }) => tokens[context % tokens.length] ?? 0);

/** As large as the pipeline grammar: for figures. */
export const large: Language = {
  baseModel: 'large',
  vocabularySize: 128,
  promptLength: 46,
  decisions: range(0, 14).map((decision) => ({ tokens: range(20 + 7 * decision, 7) })),
};
