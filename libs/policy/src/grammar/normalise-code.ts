/** Code without comments, blank lines and trailing spaces: what counts when two programs are compared. */
export function normaliseCode(code: string): string {
  return code
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
