/** A path of an archive, without `/` at either end. Everything belongs to root and dates from 1970. */
export type TarEntry =
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly content: string | TarContent };

/** What is too large to hold in memory: its length in bytes, and the bytes. */
export interface TarContent {
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;
const typeFlags = { file: '0', link: '2', folder: '5' } as const;

/** The archive (POSIX ustar), a pure function of its entries in their order. */
export async function* tarOf(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const size = sizeOf(entry);
    yield header(entry, size);
    if (entry.kind !== 'file') continue;
    if (typeof entry.content === 'string') yield Buffer.from(entry.content);
    else yield* entry.content.bytes;
    yield Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

function sizeOf(entry: TarEntry): number {
  if (entry.kind !== 'file') return 0;
  const { content } = entry;
  return typeof content === 'string' ? Buffer.byteLength(content) : content.size;
}

/** Offsets and lengths are those of POSIX.1-1988, `struct posix_header`. */
function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(path) > 100) throw new RangeError(`tar: the path is too long: ${path}`);
  block.write(path, 0);
  block.write(octal(modeOf(entry), 8), 100);
  for (const owner of [108, 116]) block.write(octal(0, 8), owner);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(typeFlags[entry.kind], 156);
  if (entry.kind === 'link') block.write(entry.target, 157);
  block.write('ustar\0' + '00', 257);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const modeOf = (entry: TarEntry): number =>
  entry.kind === 'folder' ? entry.mode : entry.kind === 'link' ? 0o777 : 0o644;

const octal = (value: number, width: number): string =>
  `${value.toString(8).padStart(width - 1, '0')}\0`;
