/** The language of the embedded policy: real scikit-learn pipelines, one token a decision. */
import type { Grammar } from '../grammar-contract.ts';
import { encodePrompt, promptLength } from './prompt.ts';
import { render } from './render.ts';
import { decisions, words } from './vocabulary.ts';

export const pipelineGrammar: Grammar = {
  baseModel: 'grammar',
  vocabularySize: words.length,
  promptLength,
  decisions,
  words,
  encodePrompt,
  render,
};

export type { Grammar, ParentView, PromptView } from '../grammar-contract.ts';
export { normaliseCode } from './normalise-code.ts';
export { describeProgram, IllegalProgramError, programOf } from './program.ts';
export type { DecisionName, Program } from './vocabulary.ts';
