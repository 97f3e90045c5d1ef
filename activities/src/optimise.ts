import type { UpdateStep } from '@ace/buffer';
import { type RunConfig, versionSeenBy } from '@ace/config';
import {
  importanceWeights,
  learningRateOf,
  type TrainedAttempt,
  updateMetrics,
} from '@ace/curriculum';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { Example, TrainingModel } from '@ace/policy';

const adam = { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0 };

/** One attempt of the batch: what the policy saw, what it answered, and how good that was. */
export interface TrainingRow {
  prompt: number[];
  tokens: number[];
  /** Of the sampler, one a token. */
  logprobs: number[];
  advantage: number;
}

/**
 * All optimiser steps of one iteration, each addressed by (epoch, minibatch). Minibatches are consecutive
 * runs of the batch in address order, so that a retry does the same steps again. The metrics of a step
 * compare the weights before it with those that the surrogate's ratio is taken to; `lag` counts the versions
 * between the sampler and the newest.
 */
export async function train(
  model: TrainingModel,
  batch: readonly TrainingRow[],
  config: RunConfig,
  iteration: number,
): Promise<UpdateStep[]> {
  const examples = batch.map(exampleOf);
  const { update } = config;
  const lag = iteration - 1 - versionSeenBy(config, iteration);
  const ready = lag > 0 ? await correctLag(model, examples, update.maximumImportance) : examples;
  const loss = { name: 'ppo', clipLow: update.clipLow, clipHigh: update.clipHigh } as const;
  const learningRate = learningRateOf(config, iteration);
  const steps: UpdateStep[] = [];
  for (let epoch = 0; epoch < update.epochs; epoch++) {
    for (const [minibatch, part] of split(ready, update.minibatchSize).entries()) {
      const { metrics, logprobs } = await model.forwardBackward(part, loss);
      faultPoint(FaultPoint.GradientMade);
      const stepped = await model.optimStep({ ...adam, learningRate });
      const own = updateMetrics(part.map(comparison(logprobs)), update);
      steps.push({
        epoch,
        minibatch,
        metrics: { ...metrics, ...stepped, ...own, lag, learningRate },
      });
    }
  }
  return steps;
}

const exampleOf = ({ prompt, tokens, logprobs, advantage }: TrainingRow): Example => ({
  ...{ prompt, completion: tokens, logprobs, advantage },
});

const comparison =
  (trained: readonly number[][]) =>
  ({ logprobs, advantage }: Example, index: number): TrainedAttempt => ({
    ...{ sampled: logprobs, trained: trained[index] ?? [], advantage },
  });

/**
 * Under lag the ratio is taken to the trainer's own log-probabilities before the update, and what lies
 * between them and the sampler's becomes a truncated importance weight on each token.
 */
async function correctLag(
  model: TrainingModel,
  examples: readonly Example[],
  maximum: number,
): Promise<Example[]> {
  const { logprobs } = await model.forward(examples);
  return examples.map((example, index) => {
    const own = logprobs[index] ?? [];
    const importance = importanceWeights(own, example.logprobs, maximum);
    return { ...example, logprobs: own, importance };
  });
}

function split<T>(items: readonly T[], size: number): T[][] {
  const step = size === 0 ? items.length : size;
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += step) {
    parts.push(items.slice(start, start + step));
  }
  return parts;
}
