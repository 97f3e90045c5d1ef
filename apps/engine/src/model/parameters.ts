import { type BaseModel, contextLength } from './base-model.ts';
import { RandomPurpose, standardNormal } from './random.ts';

/** The decoder-only transformer behind every base model: pre-norm, learnt positions, ReLU. */
export const architecture = { layers: 2, width: 64, heads: 4, hidden: 192, normEpsilon: 1e-5 };

/** One tensor of the flat parameter vector. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
  offset: number;
  size: number;
  /** Standard deviation of the initial values; or every value is 0 (the head) or 1 (norms). */
  initial: { deviation: number } | { value: number };
}

/** All tensors in the order in which they lie in the flat vector. */
export function tensorsOf(base: BaseModel): TensorSpec[] {
  const { layers, width, hidden } = architecture;
  const fanIn = (inputs: number) => ({ deviation: 1 / Math.sqrt(inputs) });
  const specs: [string, number[], TensorSpec['initial']][] = [
    ['tokens', [base.vocabularySize, width], { deviation: 1 }],
    ['positions', [contextLength(base), width], { deviation: 1 }],
  ];
  for (let layer = 0; layer < layers; layer++) {
    specs.push(
      [`${layer}.attentionNorm`, [width], { value: 1 }],
      [`${layer}.query`, [width, width], fanIn(width)],
      [`${layer}.key`, [width, width], fanIn(width)],
      [`${layer}.value`, [width, width], fanIn(width)],
      [`${layer}.output`, [width, width], fanIn(width)],
      [`${layer}.mlpNorm`, [width], { value: 1 }],
      [`${layer}.up`, [width, hidden], fanIn(width)],
      [`${layer}.down`, [hidden, width], fanIn(hidden)],
    );
  }
  specs.push(['norm', [width], { value: 1 }], ['head', [width, base.vocabularySize], { value: 0 }]);
  return laidOut(specs);
}

function laidOut(specs: [string, number[], TensorSpec['initial']][]): TensorSpec[] {
  let offset = 0;
  return specs.map(([name, shape, initial]) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const spec = { name, shape, offset, size, initial };
    offset += size;
    return spec;
  });
}

export const parameterCount = (tensors: readonly TensorSpec[]): number =>
  tensors.reduce((sum, { size }) => sum + size, 0);

/**
 * Version 0: a pure function of base model and seed. Its head is zero, so that it samples uniformly over
 * the legal tokens.
 */
export function initialParameters(base: BaseModel, seed: number): Float32Array {
  const tensors = tensorsOf(base);
  const parameters = new Float32Array(parameterCount(tensors));
  for (const [index, { offset, size, initial }] of tensors.entries()) {
    const part = parameters.subarray(offset, offset + size);
    if ('value' in initial) part.fill(initial.value);
    else fillNormal(part, seed, index, initial.deviation);
  }
  return parameters;
}

function fillNormal(part: Float32Array, seed: number, tensor: number, deviation: number): void {
  for (let element = 0; element < part.length; element++) {
    const address = { purpose: RandomPurpose.InitialWeight, index: element, part: tensor };
    part[element] = deviation * standardNormal(seed, address);
  }
}

/** The tensors of a flat vector by name, as views. */
export function viewsOf(
  tensors: readonly TensorSpec[],
  flat: Float32Array,
): Record<string, Float32Array> {
  return Object.fromEntries(
    tensors.map(({ name, offset, size }) => [name, flat.subarray(offset, offset + size)]),
  );
}
