const scoreLine = /^\s*validation score:\s*(\S+)\s*$/;

/**
 * The score that a program says it reached: of the last line `validation score: <number>` of its output.
 * Null when there is none, or when the last one is not a finite number.
 */
export function parseValidationScore(stdout: string): number | null {
  const last = stdout
    .split('\n')
    .map((line) => scoreLine.exec(line)?.[1])
    .filter((text) => text !== undefined)
    .at(-1);
  if (last === undefined) return null;
  const score = Number(last);
  return Number.isFinite(score) ? score : null;
}
