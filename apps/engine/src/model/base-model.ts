/**
 * What the engine knows of a base model's language. A sequence is `promptLength` prompt tokens and then one
 * token for each decision, of which only the decision's own tokens have finite logits. Plain data: it goes
 * to the compute thread as it is.
 */
export interface BaseModel {
  name: string;
  vocabularySize: number;
  promptLength: number;
  /** Legal token ids of each decision, in order. */
  decisions: readonly (readonly number[])[];
}

/** The part of a grammar that the engine needs. */
export interface Language {
  baseModel: string;
  vocabularySize: number;
  promptLength: number;
  decisions: readonly { tokens: readonly number[] }[];
}

export const baseModelOf = (grammar: Language): BaseModel => ({
  name: grammar.baseModel,
  vocabularySize: grammar.vocabularySize,
  promptLength: grammar.promptLength,
  decisions: grammar.decisions.map(({ tokens }) => [...tokens]),
});

/** Number of input tokens of a whole sequence: its last token is only ever a target. */
export const contextLength = ({ promptLength, decisions }: BaseModel): number =>
  promptLength + decisions.length - 1;
