import { beforeAll, describe, expect, it } from 'vitest';
import { bandit, large } from '../testing/languages.ts';
import { adamStep, freshState } from './adam.ts';
import { type BaseModel, baseModelOf } from './base-model.ts';
import type { LossName } from './losses.ts';
import { initialParameters, tensorsOf } from './parameters.ts';
import { RandomPurpose, standardNormal, uniform } from './random.ts';
import { Sampler, type SamplingParams } from './sampler.ts';
import { type PassRequest, startBackend, Trainer, type TrainingSequence } from './trainer.ts';

const draw = (index: number, part: number): number =>
  standardNormal(99, { purpose: RandomPurpose.InitialWeight, index, part });

/** Weights of a model that has learnt something: every tensor moved, the head too. */
function movedParameters(base: BaseModel, amount: number): Float32Array {
  const parameters = initialParameters(base, 3);
  return parameters.map((value, index) => value + amount * draw(index, 1000));
}

const promptOf = (base: BaseModel, salt: number): number[] =>
  Array.from({ length: base.promptLength }, (_, index) => (index * 7 + salt) % 8);

const params = (over: Partial<SamplingParams> = {}): SamplingParams => ({
  ...{ seed: 11, samples: 1, maxTokens: 99, temperature: 1, stop: [] },
  ...over,
});

/** Sampled sequences as training data, with varying advantages and off-policy old log-probabilities. */
function sampledBatch(
  base: BaseModel,
  parameters: Float32Array,
  count: number,
): TrainingSequence[] {
  return Array.from({ length: count }, (_, row) => {
    const prompt = promptOf(base, row);
    const [sequence] = new Sampler(base, parameters).sample(prompt, params({ seed: row }));
    const { tokens, logprobs } = sequence ?? { tokens: [], logprobs: [] };
    return {
      inputs: [...prompt, ...tokens.slice(0, -1)],
      targets: tokens,
      old: logprobs.map((logprob, index) => logprob + 0.3 * draw(row, index)),
      advantages: tokens.map((_token, index) => draw(row, 50 + index)),
      weights: tokens.map(() => 1),
    };
  });
}

const request = (sequences: readonly TrainingSequence[], loss: LossName = 'ppo'): PassRequest => ({
  ...{ loss, clip: { low: 0.8, high: 1.28 }, sequences },
});

beforeAll(startBackend);

describe('sampler and trainer', () => {
  it.each([bandit, large])('agree on log-probabilities within 1e-5: $baseModel', (language) => {
    const base = baseModelOf(language);
    const parameters = movedParameters(base, 0.15);
    const trainer = new Trainer(base);
    for (const temperature of [1, 0.5]) {
      const prompt = promptOf(base, 5);
      const sampled = new Sampler(base, parameters).sample(
        prompt,
        params({ samples: 9, temperature }),
      );
      const sequences = sampled.map(({ tokens }) => ({
        ...{ inputs: [...prompt, ...tokens.slice(0, -1)], targets: tokens },
        ...{ old: tokens.map(() => 0), advantages: tokens.map(() => 0) },
        weights: tokens.map(() => 1),
      }));
      const { logprobs } = trainer.evaluate(parameters, request(sequences, 'cross_entropy'));
      const apart = sampled.flatMap((sequence, row) =>
        sequence.logprobs.map((logprob, index) =>
          Math.abs(logprob - (logprobs[row]?.[index] ?? 9)),
        ),
      );
      expect(apart.length).toBe(9 * base.decisions.length);
      expect(Math.max(...apart)).toBeLessThan(1e-5);
    }
  });

  it('give version 0 the uniform distribution over the legal tokens', () => {
    const base = baseModelOf(bandit);
    const sampled = new Sampler(base, initialParameters(base, 1)).sample(
      promptOf(base, 0),
      params({ samples: 20 }),
    );
    for (const { logprobs } of sampled) {
      for (const [decision, logprob] of logprobs.entries()) {
        const count = base.decisions[decision]?.length ?? 0;
        expect(logprob).toBe(Math.fround(-Math.log(count)));
      }
    }
  });
});

describe('the gradient', () => {
  it.each(['ppo', 'importance_sampling', 'cross_entropy'] as const)(
    'of %s is the slope of the loss',
    (loss) => {
      const base = baseModelOf(bandit);
      const parameters = movedParameters(base, 0.2);
      const trainer = new Trainer(base);
      const batch = request(sampledBatch(base, parameters, 3), loss);
      const gradient = new Float32Array(parameters.length);
      trainer.differentiate(parameters, batch, gradient);
      const lossAt = (moved: Float32Array): number => meanLoss(trainer, moved, batch);
      for (const { name, offset, size } of tensorsOf(base)) {
        const direction = new Float32Array(parameters.length);
        for (let i = 0; i < size; i++) direction[offset + i] = draw(i, 7);
        const along = gradient.reduce((sum, slope, i) => sum + slope * (direction[i] ?? 0), 0);
        const step = 4e-3 / Math.sqrt(size);
        const at = (sign: number): Float32Array =>
          parameters.map((value, i) => value + sign * step * (direction[i] ?? 0));
        const slope = (lossAt(at(1)) - lossAt(at(-1))) / (2 * step);
        const scale = Math.max(Math.abs(slope), 0.05);
        expect(Math.abs(along - slope) / scale, `${name}: ${along} against ${slope}`).toBeLessThan(
          0.05,
        );
      }
    },
  );

  it('of cispo is that of importance sampling where no ratio is out of bounds', () => {
    const base = baseModelOf(bandit);
    const parameters = movedParameters(base, 0.2);
    const trainer = new Trainer(base);
    const near = sampledBatch(base, parameters, 3).map((sequence, row) => ({
      ...sequence,
      old: sequence.old.map((value, index) => value - 0.25 * draw(row, index)),
    }));
    const [cispo, weighted] = (['cispo', 'importance_sampling'] as const).map((loss) => {
      const gradient = new Float32Array(parameters.length);
      trainer.differentiate(parameters, request(near, loss), gradient);
      return gradient;
    });
    const apart = cispo?.map((value, index) => Math.abs(value - (weighted?.[index] ?? 9))) ?? [9];
    expect(Math.max(...apart)).toBeLessThan(1e-6);
    expect(cispo?.some((value) => value !== 0)).toBe(true);
  });

  it('is the token mean over all chunks: a batch twice over gives the same', () => {
    const base = baseModelOf(bandit);
    const parameters = movedParameters(base, 0.2);
    const trainer = new Trainer(base);
    const batch = sampledBatch(base, parameters, 11);
    const once = new Float32Array(parameters.length);
    const twice = new Float32Array(parameters.length);
    trainer.differentiate(parameters, request(batch), once);
    trainer.differentiate(parameters, request([...batch, ...batch]), twice);
    const apart = once.map((value, index) => Math.abs(value - (twice[index] ?? 0)));
    expect(Math.max(...apart)).toBeLessThan(1e-6);
  });

  it('ignores what weighs nothing, and padding', () => {
    const base = baseModelOf(bandit);
    const parameters = movedParameters(base, 0.2);
    const trainer = new Trainer(base);
    const [first, second] = sampledBatch(base, parameters, 2) as [
      TrainingSequence,
      TrainingSequence,
    ];
    const ignored = { ...second, weights: second.weights.map(() => 0) };
    const short = {
      ...second,
      inputs: second.inputs.slice(0, -1),
      targets: second.targets.slice(0, 2),
    };
    const alone = new Float32Array(parameters.length);
    const beside = new Float32Array(parameters.length);
    trainer.differentiate(parameters, request([first]), alone);
    trainer.differentiate(
      parameters,
      request([first, ignored, { ...short, weights: [0, 0] }]),
      beside,
    );
    expect(Math.max(...alone.map((value, i) => Math.abs(value - (beside[i] ?? 0))))).toBeLessThan(
      1e-7,
    );
    expect(alone.some((value) => value !== 0)).toBe(true);
  });
});

/** By double-precision sums in the test's own words. */
function meanLoss(trainer: Trainer, parameters: Float32Array, batch: PassRequest): number {
  const { losses } = trainer.evaluate(parameters, batch);
  const all = losses.flat();
  return all.reduce((sum, loss) => sum + loss, 0) / all.length;
}

describe('Adam', () => {
  it('moves by the learning rate at first, decays apart from the gradient, and bounds its norm', () => {
    const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1 };
    const state = freshState(Float32Array.from([1, -2, 3]));
    const norm = adamStep(state, Float32Array.from([3, -4, 0]), { ...settings, maximumNorm: 1 });
    expect(norm).toBe(5);
    expect(state.step).toBe(1);
    expect(state.first[0]).toBe(Math.fround((1 - 0.9) * (3 * (1 / 5))));
    expect(Array.from(state.parameters)).toEqual([
      expect.closeTo(1 - 0.01 * (1 + 0.1), 6) as number,
      expect.closeTo(-2 + 0.01 * (1 + 0.2), 6) as number,
      expect.closeTo(3 - 0.01 * 0.3, 6) as number,
    ]);
  });
});

describe('sampling', () => {
  const base = baseModelOf(bandit);
  const sampler = new Sampler(base, movedParameters(base, 0.4));
  const prompt = promptOf(base, 1);

  it.each([1, 2])('counts match probabilities at temperature %d', (temperature) => {
    const samples = sampler.sample(prompt, params({ samples: 4000, temperature }));
    const counts = new Map<string, { count: number; weight: number }>();
    for (const { tokens, logprobs } of samples) {
      const logprob = logprobs[0] ?? 0;
      const seen = counts.get(String(tokens[0])) ?? {
        count: 0,
        weight: Math.exp(logprob / temperature),
      };
      counts.set(String(tokens[0]), { ...seen, count: seen.count + 1 });
    }
    const total = [...counts.values()].reduce((sum, { weight }) => sum + weight, 0);
    expect(counts.size).toBe(base.decisions[0]?.length);
    for (const { count, weight } of counts.values()) {
      const expected = weight / total;
      const error = 4 * Math.sqrt((expected * (1 - expected)) / samples.length);
      expect(Math.abs(count / samples.length - expected)).toBeLessThan(error);
    }
  });

  it('draws sample i from seed + i, whatever the number of samples', () => {
    const many = sampler.sample(prompt, params({ seed: 100, samples: 6 }));
    const [fourth] = sampler.sample(prompt, params({ seed: 103 }));
    expect(many[3]).toEqual(fourth);
    expect(uniform(103, { purpose: RandomPurpose.SampledToken, index: 0, part: 0 })).not.toBe(
      uniform(104, { purpose: RandomPurpose.SampledToken, index: 0, part: 0 }),
    );
  });

  it('ends after the last decision, at max_tokens, or after a stop token', () => {
    const [whole] = sampler.sample(prompt, params());
    const [cut] = sampler.sample(prompt, params({ maxTokens: 2 }));
    const [stopped] = sampler.sample(prompt, params({ stop: whole?.tokens.slice(0, 1) ?? [] }));
    expect(whole).toMatchObject({ stopReason: 'stop', tokens: { length: 3 } });
    expect(cut).toMatchObject({ stopReason: 'length', tokens: whole?.tokens.slice(0, 2) });
    expect(stopped).toMatchObject({ stopReason: 'stop', tokens: whole?.tokens.slice(0, 1) });
  });

  it('takes the most probable token at temperature 0', () => {
    const greedy = sampler.sample(prompt, params({ temperature: 0, samples: 2 }));
    expect(greedy[0]).toEqual(greedy[1]);
    const sampled = sampler.sample(prompt, params({ samples: 300 }));
    const best = Math.max(...sampled.map(({ logprobs }) => logprobs[0] ?? -9));
    expect(greedy[0]?.logprobs[0]).toBe(best);
  });
});
