/**
 * The bytes of a JSON-like value for hashing, one way for each value: a tag, then a number's eight IEEE 754
 * bytes (big-endian), a text's or list's length and content, an object's entries by key in code unit order.
 */
export function canonicalBytes(value: unknown): Buffer {
  const bytes = new GrowingBytes();
  append(value, bytes);
  return bytes.written();
}

function append(value: unknown, bytes: GrowingBytes): void {
  if (typeof value === 'number') bytes.tag('d').double(value);
  else if (typeof value === 'string') bytes.tag('s').text(value);
  else if (typeof value === 'boolean') bytes.tag(value ? 't' : 'f');
  else if (value === null || value === undefined) bytes.tag('n');
  else if (Array.isArray(value)) appendList(value, bytes);
  else if (isPlain(value)) appendObject(value, bytes);
  else throw new TypeError(`a ${typeof value} has no canonical bytes`);
}

function appendList(items: readonly unknown[], bytes: GrowingBytes): void {
  bytes.tag('a').double(items.length);
  for (const item of items) append(item, bytes);
}

function appendObject(object: Record<string, unknown>, bytes: GrowingBytes): void {
  const keys = Object.keys(object).sort();
  bytes.tag('o').double(keys.length);
  for (const key of keys) {
    bytes.text(key);
    append(object[key], bytes);
  }
}

/** Dates and other classes are refused: what has a clock or an identity is in no digest. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** One buffer that doubles when it is full: a run holds millions of numbers. */
class GrowingBytes {
  private buffer = Buffer.alloc(1024);
  private length = 0;

  tag(letter: string): this {
    this.reserve(1);
    this.length = this.buffer.writeUInt8(letter.charCodeAt(0), this.length);
    return this;
  }

  double(value: number): this {
    this.reserve(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
    return this;
  }

  /** Its length in bytes, then its UTF-8. */
  text(text: string): this {
    const size = Buffer.byteLength(text, 'utf8');
    this.double(size).reserve(size);
    this.length += this.buffer.write(text, this.length, 'utf8');
    return this;
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(2 * this.buffer.length, this.length + size));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
