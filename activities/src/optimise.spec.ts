import { defaults } from '@ace/config';
import type { Example, TrainingModel } from '@ace/policy';
import { describe, expect, it } from 'vitest';
import { train, type TrainingRow } from './optimise.ts';

const config = (over: object = {}, update: object = {}) => ({
  ...{ ...defaults, competitions: { train: ['a'], heldOut: [] }, ...over },
  update: { ...defaults.update, clipLow: 0.8, clipHigh: 1.28, maximumImportance: 2, ...update },
});

const row = (prompt: number, advantage = 1): TrainingRow => ({
  ...{ prompt: [prompt], tokens: [1, 2], logprobs: [-1, -1], advantage },
});

/** A model whose log-probabilities are those given, and which writes down what it was asked. */
function model(own: number[]) {
  const asked: {
    call: string;
    prompts?: number[];
    examples?: readonly Example[];
    learningRate?: number;
  }[] = [];
  const note = (call: string, examples: readonly Example[]): { logprobs: number[][] } => {
    asked.push({ call, prompts: examples.map(({ prompt }) => prompt[0]!), examples });
    return { logprobs: examples.map(() => own) };
  };
  const spoken: Pick<TrainingModel, 'forward' | 'forwardBackward' | 'optimStep'> = {
    forward: (examples) => Promise.resolve(note('forward', examples)),
    forwardBackward: (examples) =>
      Promise.resolve({ ...note('forwardBackward', examples), metrics: { loss: 3 } }),
    optimStep: ({ learningRate }) => {
      asked.push({ call: 'optimStep', learningRate });
      return Promise.resolve({ gradientNorm: 5 });
    },
  };
  return { asked, model: spoken as TrainingModel };
}

describe('train', () => {
  it('walks the batch in address order, a step a minibatch, every epoch the same', async () => {
    const { asked, model: engine } = model([-1, -1]);
    const batch = [1, 2, 3, 4, 5].map((prompt) => row(prompt));
    const steps = await train(engine, batch, config({}, { epochs: 2, minibatchSize: 2 }), 1);

    const epoch = [[1, 2], undefined, [3, 4], undefined, [5], undefined];
    expect(asked.map(({ prompts }) => prompts)).toEqual([...epoch, ...epoch]);
    expect(steps.map((step) => [step.epoch, step.minibatch])).toEqual([
      ...[0, 1, 2].map((minibatch) => [0, minibatch]),
      ...[0, 1, 2].map((minibatch) => [1, minibatch]),
    ]);
  });

  it('takes the whole batch at once for a minibatch size of 0', async () => {
    const { asked, model: engine } = model([-1, -1]);
    await train(engine, [row(1), row(2)], config({}, { epochs: 1, minibatchSize: 0 }), 1);
    expect(asked.map(({ prompts }) => prompts)).toEqual([[1, 2], undefined]);
  });

  it('records the engine’s metrics, its own of the ratio, and the lag', async () => {
    const { model: engine } = model([-1 + Math.log(2), -1]);
    const [step] = await train(engine, [row(1)], config({}, { epochs: 1 }), 1);
    expect(step?.metrics).toMatchObject({ loss: 3, gradientNorm: 5, lag: 0, clipFraction: 0.5 });
    expect(step?.metrics.ratioMaximum).toBeCloseTo(2, 12);
    expect(step?.metrics.entropy).toBe(1);
  });

  it('steps at the rate that the schedule has for the iteration, and records it', async () => {
    const { asked, model: engine } = model([-1, -1]);
    const update = { epochs: 1, learningRate: 0.01, decayShare: 1 };
    const [step] = await train(engine, [row(1)], config({ iterations: 4 }, update), 3);
    expect(asked.at(-1)).toEqual({ call: 'optimStep', learningRate: 0.005 });
    expect(step?.metrics.learningRate).toBe(0.005);
  });

  it('under lag takes the ratio to its own log-probabilities and weighs by what lies between', async () => {
    const { asked, model: engine } = model([-1 + Math.log(1.5), -1 + Math.log(9)]);
    const lagging = config({ pipelineDepth: 3 }, { epochs: 1 });
    const [step] = await train(engine, [row(1)], lagging, 5);
    const [forward, backward] = asked;
    expect(forward?.call).toBe('forward');
    expect(backward?.examples?.[0]?.logprobs).toEqual([-1 + Math.log(1.5), -1 + Math.log(9)]);
    const [first, second] = backward?.examples?.[0]?.importance ?? [];
    expect(first).toBeCloseTo(1.5, 12);
    expect(second).toBe(2);
    expect(step?.metrics).toMatchObject({ lag: 2, ratioMaximum: 1 });
  });
});
