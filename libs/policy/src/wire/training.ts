import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { packInt32, unpackInt32, WireError } from './bytes.ts';
import { batchedFloats, floatTensor, readBatched, readTensor, tokenTensor } from './tensors.ts';
import type { Chunk, Datum, Tensor } from './tinker_pb.ts';
import { ForwardBackwardOutputSchema, ForwardBackwardRequestSchema } from './tinker_pb.ts';

/**
 * One training sequence. All vectors are as long as `input`; entry t of each belongs to the target that
 * follows input token t. Which of the optional ones a loss needs is the loss's business.
 */
export interface WireDatum {
  input: number[];
  targets: number[];
  logprobs?: number[];
  advantages?: number[];
  weights?: number[];
}

/** The body of `forward_backward`; `forwardOnly` leaves the gradients alone. */
export interface WireTrainingRequest {
  modelId: string;
  seqId: number;
  lossFn: string;
  lossFnConfig: Record<string, number>;
  forwardOnly: boolean;
  data: WireDatum[];
}

/** Its result: one row a datum, one number a target. */
export interface WireTrainingResult {
  logprobs: number[][];
  elementwiseLoss: number[][];
  metrics: Record<string, number>;
}

const floatInputs = ['logprobs', 'advantages', 'weights'] as const;
const knownInputs: readonly string[] = ['target_tokens', ...floatInputs];

export function encodeTrainingRequest(request: WireTrainingRequest): Uint8Array {
  const data = request.data.map((datum) => ({
    modelInput: [
      { chunk: { case: 'encodedText' as const, value: { tokens: packInt32(datum.input) } } },
    ],
    lossFnInputs: inputsOf(datum),
  }));
  return toBinary(
    ForwardBackwardRequestSchema,
    create(ForwardBackwardRequestSchema, { ...request, data }),
  );
}

function inputsOf(datum: WireDatum): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = { target_tokens: tokenTensor(datum.targets) };
  for (const name of floatInputs) {
    const values = datum[name];
    if (values !== undefined) inputs[name] = floatTensor(values);
  }
  return inputs;
}

/** Throws {@link WireError} for bytes that are not a request, or that carry what no engine of ours can use. */
export function decodeTrainingRequest(bytes: Uint8Array): WireTrainingRequest {
  const message = parse(() => fromBinary(ForwardBackwardRequestSchema, bytes));
  return {
    modelId: message.modelId,
    seqId: message.seqId,
    lossFn: message.lossFn,
    lossFnConfig: message.lossFnConfig,
    forwardOnly: message.forwardOnly,
    data: message.data.map((datum, index) => decodeDatum(datum, `data.${index}`)),
  };
}

function decodeDatum(message: Datum, where: string): WireDatum {
  const tensors = message.lossFnInputs;
  const unknown = Object.keys(tensors).find((name) => !knownInputs.includes(name));
  if (unknown !== undefined) {
    throw new WireError(`${where}.${unknown}: unknown input, expected ${knownInputs.join(', ')}`);
  }
  const input = message.modelInput.flatMap((chunk) => decodeChunk(chunk, where));
  const read = (name: string): number[] | undefined => {
    const tensor = tensors[name];
    return tensor === undefined ? undefined : vector(tensor, `${where}.${name}`, input.length);
  };
  const targets = read('target_tokens');
  if (targets === undefined) throw new WireError(`${where}.target_tokens: missing`);
  const datum: WireDatum = { input, targets };
  for (const name of floatInputs) {
    const values = read(name);
    if (values !== undefined) datum[name] = values;
  }
  return datum;
}

function decodeChunk({ chunk }: Chunk, where: string): number[] {
  if (chunk.case === 'encodedText') return unpackInt32(chunk.value.tokens);
  throw new WireError(
    `${where}.model_input: expected encoded text, got ${chunk.case ?? 'nothing'}`,
  );
}

function vector(tensor: Tensor, name: string, length: number): number[] {
  const values = readTensor(tensor, name);
  if (values.length !== length) {
    throw new WireError(
      `${name}: expected ${length} elements, as many as model_input, got ${values.length}`,
    );
  }
  return values;
}

export function encodeTrainingResult(result: WireTrainingResult): Uint8Array {
  const record = {
    typeTag: 'TensorRecord',
    numDatums: BigInt(result.logprobs.length),
    fields: {
      logprobs: batchedFloats(result.logprobs),
      elementwise_loss: batchedFloats(result.elementwiseLoss),
    },
  };
  return toBinary(
    ForwardBackwardOutputSchema,
    create(ForwardBackwardOutputSchema, {
      lossFnOutputType: 'ArrayRecord',
      lossFnOutputs: [record],
      metrics: result.metrics,
    }),
  );
}

/** Log-probabilities are required; engines that report no elementwise loss give empty rows. */
export function decodeTrainingResult(bytes: Uint8Array): WireTrainingResult {
  const message = parse(() => fromBinary(ForwardBackwardOutputSchema, bytes));
  const rows = (name: string): number[][] =>
    message.lossFnOutputs.flatMap(({ fields, numDatums }) => {
      const tensor = fields[name];
      return tensor === undefined
        ? Array.from({ length: Number(numDatums) }, () => [])
        : readBatched(tensor, name);
    });
  return {
    logprobs: rows('logprobs'),
    elementwiseLoss: rows('elementwise_loss'),
    metrics: message.metrics,
  };
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new WireError(`not a protobuf message: ${String(cause)}`, { cause });
  }
}
