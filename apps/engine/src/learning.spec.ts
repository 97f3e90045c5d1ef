import { type Completion, connectEngine, type Example, type PolicyEngine } from '@ace/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bandit, banditAnswer, banditPrompt } from './testing/languages.ts';
import { type EngineProcess, startProcess } from './testing/process.ts';

let engine: EngineProcess;
beforeAll(async () => {
  engine = await startProcess();
});
afterAll(async () => {
  await engine.remove();
});

const adam = { learningRate: 0.004, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0 };
const clip = { name: 'ppo', clipLow: 0.8, clipHigh: 1.28 } as const;
const groupSize = 16;

/** Share of the decisions that are right in this context. */
const rewardOf = (context: number, { tokens }: Completion): number =>
  tokens.filter((token, index) => token === banditAnswer(context)[index]).length / tokens.length;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function rollOut(policy: PolicyEngine, modelPath: string, context: number, seed: number) {
  const request = { modelPath, prompt: banditPrompt(context), samples: groupSize, maxTokens: 3 };
  const { requestId } = await policy.requestSamples({ ...request, temperature: 1, seed });
  const completions = await policy.awaitSamples(requestId);
  return { context, completions, rewards: completions.map((one) => rewardOf(context, one)) };
}

type Group = Awaited<ReturnType<typeof rollOut>>;

function examplesOf({ context, completions, rewards }: Group): Example[] {
  const deviation = Math.sqrt(mean(rewards.map((reward) => (reward - mean(rewards)) ** 2)));
  return completions.map(({ tokens, logprobs }, index) => ({
    ...{ prompt: banditPrompt(context), completion: tokens, logprobs },
    advantage: ((rewards[index] ?? 0) - mean(rewards)) / (deviation + 1e-4),
  }));
}

describe('group-relative policy optimisation', () => {
  it('raises the reward of a contextual bandit from uniform to over 0.9', async () => {
    const policy = connectEngine({
      kind: 'embedded',
      url: engine.url,
      baseModel: bandit.baseModel,
    });
    const model = await policy.createModel({ seed: 6, sessionTag: 'bandit' });
    const history: number[] = [];
    for (let iteration = 0; iteration <= 12; iteration++) {
      const path = await model.saveForSampler(`v${iteration}`);
      const groups = await Promise.all(
        bandit.contexts.map((context) =>
          rollOut(policy, path, context, 1000 * iteration + 100 * context),
        ),
      );
      history.push(mean(groups.flatMap(({ rewards }) => rewards)));
      const examples = groups.flatMap(examplesOf);
      for (let epoch = 0; epoch < 4; epoch++) {
        await model.forwardBackward(examples, clip);
        await model.optimStep(adam);
      }
    }
    const uniform = mean(bandit.decisions.map(({ tokens }) => 1 / tokens.length));
    expect(Math.abs((history[0] ?? 1) - uniform)).toBeLessThan(0.1);
    expect(
      mean(history.slice(-3)),
      history.map((value) => value.toFixed(2)).join(' '),
    ).toBeGreaterThan(0.9);
    await policy.close();
  });
});
