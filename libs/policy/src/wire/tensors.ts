import { create } from '@bufbuild/protobuf';
import {
  packFloat32,
  packInt64,
  unpackBfloat16,
  unpackFloat32,
  unpackInt32,
  unpackInt64,
  WireError,
} from './bytes.ts';
import type { BatchedTensor, Tensor } from './tinker_pb.ts';
import { BatchedTensorSchema, DType, TensorSchema } from './tinker_pb.ts';

const readers: Partial<Record<DType, { width: number; unpack: (bytes: Uint8Array) => number[] }>> =
  {
    [DType.DTYPE_FLOAT32]: { width: 4, unpack: unpackFloat32 },
    [DType.DTYPE_INT64]: { width: 8, unpack: unpackInt64 },
    [DType.DTYPE_INT32]: { width: 4, unpack: unpackInt32 },
    [DType.DTYPE_BFLOAT16]: { width: 2, unpack: unpackBfloat16 },
  };

function readerOf(dtype: DType, what: string) {
  const reader = readers[dtype];
  if (reader === undefined) throw new WireError(`${what}: unknown element type ${dtype}`);
  return reader;
}

/** A vector of float32. */
export const floatTensor = (values: readonly number[]): Tensor =>
  create(TensorSchema, {
    encoding: { case: 'dense', value: packFloat32(values) },
    dtype: DType.DTYPE_FLOAT32,
    shape: [BigInt(values.length)],
  });

/** A vector of int64. */
export const tokenTensor = (values: readonly number[]): Tensor =>
  create(TensorSchema, {
    encoding: { case: 'dense', value: packInt64(values) },
    dtype: DType.DTYPE_INT64,
    shape: [BigInt(values.length)],
  });

/** The elements of a dense vector; throws {@link WireError} for anything else. */
export function readTensor(tensor: Tensor, name: string): number[] {
  if (tensor.encoding.case !== 'dense') throw new WireError(`${name}: expected a dense tensor`);
  const values = readerOf(tensor.dtype, name).unpack(tensor.encoding.value);
  if (
    tensor.shape.length > 1 ||
    (tensor.shape.length === 1 && Number(tensor.shape[0]) !== values.length)
  ) {
    throw new WireError(
      `${name}: expected a vector, got shape [${tensor.shape.join(', ')}] with ${values.length} elements`,
    );
  }
  return values;
}

/** One vector a datum, packed one after the other. */
export function batchedFloats(rows: readonly (readonly number[])[]): BatchedTensor {
  const offsets = [0];
  for (const row of rows) offsets.push((offsets.at(-1) ?? 0) + 4 * row.length);
  return create(BatchedTensorSchema, {
    data: packFloat32(rows.flat()),
    offsets: packInt64(offsets),
    dtype: DType.DTYPE_FLOAT32,
  });
}

/** The rows of {@link batchedFloats}, whatever their element type. */
export function readBatched(tensor: BatchedTensor, name: string): number[][] {
  const { width, unpack } = readerOf(tensor.dtype, name);
  const values = unpack(tensor.data);
  const offsets = unpackInt64(tensor.offsets).map((bytes) => bytes / width);
  return offsets.slice(1).map((end, index) => values.slice(offsets[index], end));
}
