/** Text that a program printed, as Postgres can hold it: it takes no NUL. */
export function storableText<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\0', '\uFFFD')) as T;
}
