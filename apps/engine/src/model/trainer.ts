import { init, jit, defaultDevice, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { type BaseModel, contextLength } from './base-model.ts';
import { type ClipBounds, elementwiseLoss, type LossName } from './losses.ts';
import { constantsOf, type Constants, decisionLogprobs, type Parameters } from './network.ts';
import { type TensorSpec, tensorsOf } from './parameters.ts';

/** Sequences per compiled call: every batch is padded to a multiple, so that each shape is compiled once. */
const chunkSize = 8;

/** One training sequence: inputs of at most the context's length, and one entry a decision that was made. */
export interface TrainingSequence {
  inputs: readonly number[];
  targets: readonly number[];
  old: readonly number[];
  advantages: readonly number[];
  weights: readonly number[];
}

export interface PassRequest {
  loss: LossName;
  clip: ClipBounds;
  sequences: readonly TrainingSequence[];
}

/** Rows as long as each sequence's targets. `entropy`: of the whole distribution at each decision, nats. */
export interface PassResult {
  logprobs: number[][];
  losses: number[][];
  entropy: number[][];
}

/** Chooses the WebAssembly backend, the only one that is there in every Node and deterministic. */
export async function startBackend(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
}

type Outputs = [np.Array, np.Array, np.Array];
type Differentiated = (
  parameters: Parameters,
  ...batch: np.Array[]
) => [[np.Array, Outputs], Parameters];

/** Compiled passes over one base model. All state is in the arguments: the same arguments, the same bits. */
export class Trainer {
  private readonly base: BaseModel;
  private readonly tensors: readonly TensorSpec[];
  private readonly constants: Constants;
  private readonly differentiated = new Map<LossName, Differentiated>();
  private readonly evaluated = new Map<LossName, (...args: unknown[]) => [np.Array, Outputs]>();

  constructor(base: BaseModel) {
    this.base = base;
    this.tensors = tensorsOf(base);
    this.constants = constantsOf(base);
  }

  /** Losses and log-probabilities without a gradient. */
  evaluate(parameters: Float32Array, request: PassRequest): PassResult {
    const pass = this.compiledForward(request.loss);
    return this.run(request, (batch) => {
      const [total, outputs] = pass(this.upload(parameters), ...batch);
      total.dispose();
      return outputs;
    });
  }

  /** Adds to `gradient` that of Σ weight · loss / Σ weight over all sequences of the request. */
  differentiate(
    parameters: Float32Array,
    request: PassRequest,
    gradient: Float32Array,
  ): PassResult {
    const pass = this.compiledGradient(request.loss);
    return this.run(request, (batch) => {
      const [[total, outputs], change] = pass(this.upload(parameters), ...batch);
      total.dispose();
      this.accumulate(change, gradient);
      return outputs;
    });
  }

  private run(request: PassRequest, pass: (batch: np.Array[]) => Outputs): PassResult {
    const result: PassResult = { logprobs: [], losses: [], entropy: [] };
    const scale = 1 / totalWeight(request.sequences);
    for (let first = 0; first < request.sequences.length; first += chunkSize) {
      const chunk = request.sequences.slice(first, first + chunkSize);
      const outputs = pass(this.batch(chunk, request.clip, scale)).map(floatsOf);
      for (const [index, name] of (['logprobs', 'losses', 'entropy'] as const).entries()) {
        result[name].push(...this.rows(chunk, outputs[index] ?? new Float32Array()));
      }
    }
    return result;
  }

  private rows(chunk: readonly TrainingSequence[], flat: Float32Array): number[][] {
    const decisions = this.base.decisions.length;
    return chunk.map(({ targets }, row) =>
      Array.from(flat.subarray(row * decisions, row * decisions + targets.length)),
    );
  }

  private batch(chunk: readonly TrainingSequence[], clip: ClipBounds, scale: number): np.Array[] {
    const [length, decisions] = [contextLength(this.base), this.base.decisions.length];
    const inputs = padded(Int32Array, chunk, length, ({ inputs: row }) => row);
    const targets = padded(Int32Array, chunk, decisions, ({ targets: row }) => row);
    this.fillTargets(targets, chunk);
    const floats = (pick: (sequence: TrainingSequence) => readonly number[]): np.Array =>
      np.array(padded(Float32Array, chunk, decisions, pick), { shape: [chunkSize, decisions] });
    const { causal, legal } = this.constants;
    return [
      np.array(inputs, { shape: [chunkSize, length] }),
      np.array(targets, { shape: [chunkSize, decisions] }),
      floats(({ old }) => old),
      floats(({ advantages }) => advantages),
      floats(({ weights }) => weights.map((weight) => weight * scale)),
      np.array(new Float32Array([clip.low]), { shape: [] }),
      np.array(new Float32Array([clip.high]), { shape: [] }),
      np.array(causal.slice(), { shape: [length, length] }),
      np.array(legal.slice(), { shape: [decisions, this.base.vocabularySize] }),
    ];
  }

  /** Decisions that were not made weigh nothing, but an illegal target would make infinities of them. */
  private fillTargets(targets: Int32Array, chunk: readonly TrainingSequence[]): void {
    const count = this.base.decisions.length;
    for (let row = 0; row < chunkSize; row++) {
      for (let decision = chunk[row]?.targets.length ?? 0; decision < count; decision++) {
        targets[row * count + decision] = this.base.decisions[decision]?.[0] ?? 0;
      }
    }
  }

  private upload(parameters: Float32Array): Parameters {
    return Object.fromEntries(
      this.tensors.map(({ name, shape, offset, size }) => [
        name,
        np.array(parameters.slice(offset, offset + size), { shape: [...shape] }),
      ]),
    );
  }

  private accumulate(change: Parameters, gradient: Float32Array): void {
    for (const { name, offset } of this.tensors) {
      const array = change[name];
      const values = array ? floatsOf(array) : new Float32Array();
      for (let i = 0; i < values.length; i++) gradient[offset + i]! += values[i]!;
    }
  }

  private loss(name: LossName) {
    return (parameters: Parameters, ...batch: np.Array[]): [np.Array, Outputs] => {
      const [inputs, targets, old, advantages, weights, low, high, causal, legal] = batch as Batch;
      const all = decisionLogprobs(this.base, parameters, inputs, causal, legal);
      const entropy = np.negative(np.exp(all.ref).mul(all.ref).sum(-1));
      const logprobs = all.mul(nn.oneHot(targets, this.base.vocabularySize)).sum(-1);
      const losses = elementwiseLoss(name, { logprobs: logprobs.ref, old, advantages, low, high });
      return [losses.ref.mul(weights).sum(), [logprobs, losses, entropy]];
    };
  }

  private compiledGradient(name: LossName): Differentiated {
    const known = this.differentiated.get(name);
    if (known) return known;
    const compiled = jit(
      valueAndGrad(this.loss(name), { hasAux: true }) as never,
    ) as unknown as Differentiated;
    this.differentiated.set(name, compiled);
    return compiled;
  }

  private compiledForward(name: LossName) {
    const known = this.evaluated.get(name);
    if (known) return known;
    const compiled = jit(this.loss(name) as never) as unknown as (
      ...args: unknown[]
    ) => [np.Array, Outputs];
    this.evaluated.set(name, compiled);
    return compiled;
  }
}

type Batch = [
  np.Array,
  np.Array,
  np.Array,
  np.Array,
  np.Array,
  np.Array,
  np.Array,
  np.Array,
  np.Array,
];

/** The elements; the array is used up. */
const floatsOf = (array: np.Array): Float32Array => array.dataSync() as Float32Array;

const totalWeight = (sequences: readonly TrainingSequence[]): number =>
  sequences.reduce((sum, { weights }) => weights.reduce((part, weight) => part + weight, sum), 0);

function padded<A extends Int32Array | Float32Array>(
  kind: new (size: number) => A,
  chunk: readonly TrainingSequence[],
  length: number,
  pick: (sequence: TrainingSequence) => readonly number[],
): A {
  const values = new kind(chunkSize * length);
  for (const [row, sequence] of chunk.entries()) values.set(pick(sequence), row * length);
  return values;
}
