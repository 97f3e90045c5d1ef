import type { WireDatum } from '@ace/policy/wire';
import { type BaseModel, contextLength } from './base-model.ts';
import type { LossName } from './losses.ts';
import { RefusedError } from './refused.ts';
import type { TrainingSequence } from './trainer.ts';

/**
 * The decisions of a datum. Only they are trained: the prompt's targets have no probability under the base
 * model, and must weigh nothing. Missing weights are 1. Throws {@link RefusedError}, naming `where`.
 */
export function sequenceOf(
  base: BaseModel,
  datum: WireDatum,
  loss: LossName,
  where: string,
): TrainingSequence {
  const firstDecision = base.promptLength - 1;
  checkTokens(base, datum, where);
  const part = (name: 'logprobs' | 'advantages' | 'weights', absent: number | null): number[] => {
    const values = datum[name] ?? fallback(datum, absent, `${where}.${name}`, loss);
    return checked(values.slice(firstDecision), `${where}.${name}`);
  };
  if (datum.weights?.slice(0, firstDecision).some((weight) => weight !== 0)) {
    throw new RefusedError(`${where}.weights: expected 0 on the prompt (${firstDecision} targets)`);
  }
  const needsRatio = loss !== 'cross_entropy';
  return {
    inputs: datum.input,
    targets: datum.targets.slice(firstDecision),
    old: part('logprobs', needsRatio ? null : 0),
    advantages: part('advantages', needsRatio ? null : 0),
    weights: part('weights', 1),
  };
}

/** A row of one number a decision, aligned to all targets: 0 for those of the prompt. */
export const alignedToTargets = (base: BaseModel, row: readonly number[]): number[] => [
  ...new Array<number>(base.promptLength - 1).fill(0),
  ...row,
];

/** Checks the prompt of a sampling request. */
export function checkPrompt(base: BaseModel, prompt: readonly number[]): void {
  if (prompt.length !== base.promptLength) {
    throw new RefusedError(
      `prompt: expected ${base.promptLength} tokens for ${base.name}, got ${prompt.length}`,
    );
  }
  checkVocabulary(base, prompt, 'prompt');
}

function checkTokens(base: BaseModel, { input, targets }: WireDatum, where: string): void {
  const [shortest, longest] = [base.promptLength, contextLength(base)];
  if (input.length < shortest || input.length > longest) {
    throw new RefusedError(
      `${where}.model_input: expected ${shortest} to ${longest} tokens, got ${input.length}`,
    );
  }
  checkVocabulary(base, input, `${where}.model_input`);
  for (const [decision, token] of targets.slice(base.promptLength - 1).entries()) {
    if (!base.decisions[decision]?.includes(token)) {
      throw new RefusedError(
        `${where}.target_tokens: token ${token} is not legal for decision ${decision}`,
      );
    }
  }
}

function checkVocabulary(base: BaseModel, tokens: readonly number[], where: string): void {
  const wrong = tokens.find((token) => token < 0 || token >= base.vocabularySize);
  if (wrong !== undefined) {
    throw new RefusedError(
      `${where}: token ${wrong} is not in the vocabulary of ${base.vocabularySize}`,
    );
  }
}

function fallback(
  datum: WireDatum,
  absent: number | null,
  where: string,
  loss: LossName,
): number[] {
  if (absent === null) throw new RefusedError(`${where}: missing, loss ${loss} needs it`);
  return new Array<number>(datum.targets.length).fill(absent);
}

function checked(values: number[], where: string): number[] {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined)
    throw new RefusedError(`${where}: expected finite numbers, got ${wrong}`);
  return values;
}
