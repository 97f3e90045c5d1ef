import { lax, nn, numpy as np } from '@jax-js/jax';
import { type BaseModel, contextLength } from './base-model.ts';
import { architecture } from './parameters.ts';

/** The tensors of `parameters.ts` by name. Every jax-js function consumes its arguments; `.ref` keeps one. */
export type Parameters = Record<string, np.Array>;

/** What is the same for every batch of one base model. */
export interface Constants {
  /** Added to attention scores, [T, T]: 0 for the past, very negative for the future. */
  causal: Float32Array;
  /** Added to logits, [D, V]: 0 for the decision's legal tokens, very negative for the others. */
  legal: Float32Array;
}

/** Large enough to leave no probability, small enough to stay finite in float32 arithmetic. */
const forbidden = -1e9;

export function constantsOf(base: BaseModel): Constants {
  const length = contextLength(base);
  const causal = new Float32Array(length * length);
  for (let row = 0; row < length; row++) {
    causal.fill(forbidden, row * length + row + 1, (row + 1) * length);
  }
  const legal = new Float32Array(base.decisions.length * base.vocabularySize).fill(forbidden);
  for (const [decision, tokens] of base.decisions.entries()) {
    for (const token of tokens) legal[decision * base.vocabularySize + token] = 0;
  }
  return { causal, legal };
}

/**
 * Log-probabilities of all tokens at every decision, [C, D, V], for inputs [C, T] of token ids. Consumes
 * all arguments.
 */
export function decisionLogprobs(
  base: BaseModel,
  parameters: Parameters,
  inputs: np.Array,
  causal: np.Array,
  legal: np.Array,
): np.Array {
  const { width, layers } = architecture;
  const { vocabularySize, promptLength } = base;
  const [count, length] = [inputs.shape[0] ?? 0, contextLength(base)];
  const own = (name: string): np.Array => parameterOf(parameters, name);
  // A product with one-hot rows instead of a look-up: its gradient is a product too.
  const rows = nn.oneHot(inputs, vocabularySize).reshape([count * length, vocabularySize]);
  let state = np.matmul(rows, own('tokens')).reshape([count, length, width]);
  state = state.add(own('positions'));
  for (let layer = 0; layer < layers; layer++) {
    const named = (name: string): np.Array => own(`${layer}.${name}`);
    state = attended(state, named, causal.ref);
    state = transformed(state, named);
  }
  causal.dispose();
  const decisions = state.slice([], [promptLength - 1, length]);
  const flat = normalised(decisions, own('norm')).reshape([count * base.decisions.length, width]);
  const logits = np.matmul(flat, own('head'));
  const shape = [count, base.decisions.length, vocabularySize];
  return logSoftmax(logits.reshape(shape).add(legal));
}

function parameterOf(parameters: Parameters, name: string): np.Array {
  const found = parameters[name];
  if (found === undefined) throw new Error(`no tensor ${name}`);
  return found;
}

type Named = (name: string) => np.Array;

function attended(state: np.Array, named: Named, causal: np.Array): np.Array {
  const { width, heads } = architecture;
  const [count = 0, length = 0] = state.shape;
  const size = width / heads;
  const flat = normalised(state.ref, named('attentionNorm')).reshape([count * length, width]);
  const split = (name: string): np.Array =>
    np.matmul(flat.ref, named(name)).reshape([count, length, heads, size]).transpose([0, 2, 1, 3]);
  const [query, key, value] = [split('query'), split('key'), split('value')];
  flat.dispose();
  const scores = np.matmul(query, key.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(size));
  const shares = nn.softmax(scores.add(causal), -1);
  const mixed = np
    .matmul(shares, value)
    .transpose([0, 2, 1, 3])
    .reshape([count * length, width]);
  return state.add(np.matmul(mixed, named('output')).reshape([count, length, width]));
}

function transformed(state: np.Array, named: Named): np.Array {
  const { width } = architecture;
  const [count = 0, length = 0] = state.shape;
  const flat = normalised(state.ref, named('mlpNorm')).reshape([count * length, width]);
  const inner = nn.relu(np.matmul(flat, named('up')));
  return state.add(np.matmul(inner, named('down')).reshape([count, length, width]));
}

/** Root-mean-square norm with a gain. */
function normalised(state: np.Array, gain: np.Array): np.Array {
  const squares = np.mean(np.square(state.ref), -1, { keepdims: true });
  const scale = np.reciprocal(np.sqrt(squares.add(architecture.normEpsilon)));
  return state.mul(scale).mul(gain);
}

/**
 * jax-js's logarithm is off by up to 1e-5. One Newton step, l + (total · e^−l − 1), brings it to the
 * precision of its exponential, 2e-7.
 */
function logSoftmax(logits: np.Array): np.Array {
  const top = lax.stopGradient(np.max(logits.ref, -1, { keepdims: true }));
  const shifted = logits.sub(top);
  const total = np.sum(np.exp(shifted.ref), -1, { keepdims: true });
  const rough = np.log(total.ref);
  const correction = total.mul(np.exp(np.negative(rough.ref))).sub(1);
  return shifted.sub(rough.add(correction));
}
