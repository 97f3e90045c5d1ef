/** Little-endian arrays as the wire packs them into `bytes` fields. */

/** Bytes that are not what the schema promises. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function pack(
  count: number,
  width: number,
  write: (view: DataView, at: number, index: number) => void,
) {
  const bytes = new Uint8Array(count * width);
  const view = viewOf(bytes);
  for (let index = 0; index < count; index++) write(view, index * width, index);
  return bytes;
}

function unpack(
  bytes: Uint8Array,
  width: number,
  read: (view: DataView, at: number) => number,
): number[] {
  if (bytes.length % width !== 0) {
    throw new WireError(`expected a multiple of ${width} bytes, got ${bytes.length}`);
  }
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length / width }, (_, index) => read(view, index * width));
}

export const packInt32 = (values: readonly number[]): Uint8Array =>
  pack(values.length, 4, (view, at, index) => view.setInt32(at, values[index] ?? 0, true));

export const packInt64 = (values: readonly number[]): Uint8Array =>
  pack(values.length, 8, (view, at, index) =>
    view.setBigInt64(at, BigInt(values[index] ?? 0), true),
  );

export const packFloat32 = (values: readonly number[]): Uint8Array =>
  pack(values.length, 4, (view, at, index) => view.setFloat32(at, values[index] ?? 0, true));

export const unpackInt32 = (bytes: Uint8Array): number[] =>
  unpack(bytes, 4, (view, at) => view.getInt32(at, true));

export const unpackInt64 = (bytes: Uint8Array): number[] =>
  unpack(bytes, 8, (view, at) => Number(view.getBigInt64(at, true)));

export const unpackFloat32 = (bytes: Uint8Array): number[] =>
  unpack(bytes, 4, (view, at) => view.getFloat32(at, true));

/** bfloat16 is the upper half of a float32. */
export function unpackBfloat16(bytes: Uint8Array): number[] {
  const widened = new DataView(new ArrayBuffer(4));
  return unpack(bytes, 2, (view, at) => {
    widened.setUint16(2, view.getUint16(at, true), true);
    return widened.getFloat32(0, true);
  });
}
