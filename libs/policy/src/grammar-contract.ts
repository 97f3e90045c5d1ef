import type { Competition, StateKind } from '@ace/config/pure';

/** What a prompt says of the parent: its program and its own validation score or normalised error. */
export interface ParentView {
  /** The parent's completion tokens. */
  tokens: readonly number[];
  /** The validation score that the parent's program printed, in the competition's metric; null when it printed none. */
  validationScore: number | null;
  /** Type of the parent's normalised error (`ValueError`, `time limit`, `wrong columns`, …); null when it worked. */
  errorType: string | null;
}

/** Everything that a prompt is made of. Nothing here comes from private answers. */
export interface PromptView {
  competition: Pick<Competition, 'task' | 'metric' | 'direction' | 'features' | 'validationScale'>;
  kind: StateKind;
  parent: ParentView | null;
}

/**
 * The language of the embedded policy: a fixed number of decisions, each with its own legal tokens. A
 * sequence is `promptLength` prompt tokens and then one token per decision.
 */
export interface Grammar {
  /** Name of the base model on the embedded engine that speaks it. */
  readonly baseModel: string;
  /** Token ids are 0 to vocabularySize − 1; 0 is padding. */
  readonly vocabularySize: number;
  readonly promptLength: number;
  /** Legal token ids of each decision, in order. */
  readonly decisions: readonly { name: string; tokens: readonly number[] }[];
  /** Word of each token, for people. */
  readonly words: readonly string[];
  /** Exactly `promptLength` token ids. */
  encodePrompt(view: PromptView): number[];
  /** The Python file that these decisions describe; throws for an illegal sequence. */
  render(tokens: readonly number[], competition: Competition): string;
}
