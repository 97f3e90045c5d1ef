import { createHash } from 'node:crypto';
import type { BaseModel } from '../model/base-model.ts';
import type { TrainingState } from '../model/adam.ts';
import { architecture, parameterCount, tensorsOf } from '../model/parameters.ts';

/** A file that is not a checkpoint, not whole, or of another model. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/**
 * The file: the magic, the length of the header (uint32 LE), the header (JSON, padded with spaces to 8
 * bytes), then the vectors one after the other (float32 LE). Nothing in it depends on a clock, a name or a
 * machine, so that equal weights have equal bytes.
 */
interface Header {
  format: 1;
  baseModel: string;
  /** SHA-256 of what the weights mean: vocabulary, prompt length, legal tokens, architecture. */
  language: string;
  step: number;
  /** Which vectors follow: parameters alone, or with Adam's moments. */
  vectors: readonly ('parameters' | 'first' | 'second')[];
  /** Elements of each. */
  size: number;
}

const magic = Buffer.from('ACECKPT1', 'latin1');
const trainingVectors = ['parameters', 'first', 'second'] as const;

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

export const languageOf = (base: BaseModel): string =>
  sha256(JSON.stringify([base.vocabularySize, base.promptLength, base.decisions, architecture]));

/** `sampler`: parameters alone. */
export function encodeCheckpoint(
  base: BaseModel,
  state: TrainingState,
  kind: 'training' | 'sampler',
): Uint8Array {
  const vectors = kind === 'training' ? trainingVectors : (['parameters'] as const);
  const header: Header = {
    format: 1,
    baseModel: base.name,
    language: languageOf(base),
    step: state.step,
    vectors,
    size: state.parameters.length,
  };
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8 - 4));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  return Buffer.concat([magic, length, padded, ...vectors.map((name) => floatBytes(state[name]))]);
}

/** Sampler checkpoints come back with moments of zero. Throws {@link CheckpointError}. */
export function decodeCheckpoint(base: BaseModel, bytes: Uint8Array): TrainingState {
  const { header, body } = split(asBuffer(bytes));
  check(base, header, body);
  const vector = (name: Header['vectors'][number]): Float32Array => {
    const index = header.vectors.indexOf(name);
    const start = index * header.size * 4;
    return index === -1 ? new Float32Array(header.size) : floatsOf(body, start, header.size);
  };
  const { step } = header;
  return {
    parameters: vector('parameters'),
    first: vector('first'),
    second: vector('second'),
    step,
  };
}

export const holdsMoments = (bytes: Uint8Array): boolean =>
  headerOf(bytes).vectors.length === trainingVectors.length;

export const baseModelNameOf = (bytes: Uint8Array): string => headerOf(bytes).baseModel;

const headerOf = (bytes: Uint8Array): Header => split(asBuffer(bytes)).header;

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function split(file: Buffer): { header: Header; body: Buffer } {
  if (file.length < 12 || !file.subarray(0, 8).equals(magic)) {
    throw new CheckpointError('not a checkpoint file');
  }
  const end = 12 + file.readUInt32LE(8);
  if (end > file.length) throw new CheckpointError('the file ends within its header');
  const header = JSON.parse(file.toString('utf8', 12, end)) as Header;
  return { header, body: file.subarray(end) };
}

function check(base: BaseModel, header: Header, body: Buffer): void {
  const size = parameterCount(tensorsOf(base));
  if (header.format !== 1) throw new CheckpointError(`unknown format ${String(header.format)}`);
  if (header.baseModel !== base.name || header.language !== languageOf(base)) {
    throw new CheckpointError(
      `made for another version of the base model ${header.baseModel}: its language or architecture differs`,
    );
  }
  const expected = header.vectors.length * size * 4;
  if (header.size !== size || body.length !== expected) {
    throw new CheckpointError(`expected ${expected} bytes of weights, got ${body.length}`);
  }
}

function floatBytes(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes;
}

function floatsOf(body: Buffer, start: number, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, index) => body.readFloatLE(start + index * 4));
}
