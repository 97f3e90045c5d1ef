/** A request that is wrong in itself; no retry helps. The message says which field and what was expected. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
