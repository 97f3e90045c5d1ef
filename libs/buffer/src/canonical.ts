/**
 * The bytes of a JSON-like value for hashing, one way for each value: a tag, then a number's eight IEEE 754
 * bytes (big-endian), a text's or list's length and content, an object's entries by key in code unit order.
 */
export function canonicalBytes(value: unknown): Buffer {
  const parts: Buffer[] = [];
  append(value, parts);
  return Buffer.concat(parts);
}

function append(value: unknown, parts: Buffer[]): void {
  if (value === null || value === undefined) parts.push(tag('n'));
  else if (typeof value === 'boolean') parts.push(tag(value ? 't' : 'f'));
  else if (typeof value === 'number') parts.push(tag('d'), double(value));
  else if (typeof value === 'string') appendText(value, parts);
  else if (Array.isArray(value)) appendList(value, parts);
  else if (isPlain(value)) appendObject(value, parts);
  else throw new TypeError(`a ${typeof value} has no canonical bytes`);
}

function appendText(text: string, parts: Buffer[]): void {
  const bytes = Buffer.from(text, 'utf8');
  parts.push(tag('s'), double(bytes.length), bytes);
}

function appendList(items: readonly unknown[], parts: Buffer[]): void {
  parts.push(tag('a'), double(items.length));
  for (const item of items) append(item, parts);
}

function appendObject(object: Record<string, unknown>, parts: Buffer[]): void {
  const keys = Object.keys(object).sort();
  parts.push(tag('o'), double(keys.length));
  for (const key of keys) {
    appendText(key, parts);
    append(object[key], parts);
  }
}

const tag = (letter: string): Buffer => Buffer.from(letter, 'latin1');

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

/** Dates and other classes are refused: what has a clock or an identity is in no digest. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
