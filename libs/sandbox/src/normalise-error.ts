/** An error as prompts and digests see it: the same for the same failure, wherever and whenever it ran. */
export interface NormalisedError {
  /** The exception's class without its module, such as `ValueError`; `Exit` when there was no exception. */
  type: string;
  /** Message and the program's last frame: `Input X contains NaN. (line 12, in <module>)`; may be empty. */
  text: string;
}

/** Longest text, in characters: messages may quote data at any length. */
const longest = 400;

const program = '/attempt/solution.py';
const frameLine = /^ {2}File "(.*)", line (\d+)(?:, in (.*))?$/;
const exceptionLine = /^([A-Za-z_][\w.]*)(?:: (.*)|:)?$/;
const ignored = /^Exception ignored (in|on|while)\b/;

interface Frame {
  file: string;
  line: string;
  name: string | undefined;
}

/**
 * What went wrong, from a crashed program's standard error: type and first line of the exception that ended
 * it, and where in the program. Addresses, absolute paths, quantities with units and other numbers that differ
 * from run to run are replaced. Without a traceback: the last line.
 */
export function normaliseError(stderr: string): NormalisedError {
  const lines = stderr.split('\n');
  const last = lastFrameIndex(lines);
  if (last === null) return { type: 'Exit', text: clean(lastWords(lines)) };
  const start = lines.findIndex((line, index) => index > last && exceptionLine.test(line));
  const [, name = '', message = ''] = exceptionLine.exec(lines[start] ?? '') ?? [];
  if (start < 0) return { type: 'Exit', text: clean(lastWords(lines)) };
  const words = message || (lines.slice(start + 1).find((line) => line.trim() !== '') ?? '');
  const place = describeFrame(programFrame(lines.slice(0, last + 1)));
  return { type: name.split('.').at(-1) ?? name, text: `${clean(words)} ${place}`.trim() };
}

/** The last line of a traceback's frames; of what ended the program, not of what was ignored while it ended. */
function lastFrameIndex(lines: string[]): number | null {
  const noise = lines.findIndex((line) => ignored.test(line));
  const end = noise < 0 ? lines.length : noise;
  const index = lines.slice(0, end).findLastIndex((line) => frameLine.test(line));
  return index < 0 ? null : index;
}

/** The deepest frame in the program itself, of the last traceback; else the deepest of all. */
function programFrame(lines: string[]): Frame | null {
  const start = lines.lastIndexOf('Traceback (most recent call last):');
  const frames = lines
    .slice(start + 1)
    .map((line) => frameLine.exec(line))
    .filter((match) => match !== null)
    .map(([, file = '', line = '', name]) => ({ file, line, name }));
  return frames.findLast(({ file }) => file === program) ?? frames.at(-1) ?? null;
}

/** A line number says something in the program alone; elsewhere it belongs to a package's version. */
function describeFrame(frame: Frame | null): string {
  if (frame === null) return '';
  if (frame.file !== program) return frame.name === undefined ? '' : `(in ${frame.name})`;
  return frame.name === undefined
    ? `(line ${frame.line})`
    : `(line ${frame.line}, in ${frame.name})`;
}

const lastWords = (lines: string[]): string => lines.findLast((line) => line.trim() !== '') ?? '';

const number = String.raw`[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?`;
const unit = String.raw`(?:[kKMGT]i?B|B|[Bb]ytes?|ns|us|µs|ms|s|secs?|seconds?|min|minutes?|hours?|%)`;
const replacements: [RegExp, string][] = [
  [/\b0x[0-9a-fA-F]+\b/g, '<address>'],
  [/(^|[\s'"(<=:,[])\/(?:[\w.@+~-]+\/)*[\w.@+~-]+\/?/g, '$1<path>'],
  [new RegExp(String.raw`(?<![\w.])${number}\s?${unit}(?![\w%])`, 'g'), '<quantity>'],
  // Process, thread and object numbers.
  [/(?<![\w.])\d{7,}(?![\w.])/g, '<number>'],
  [/\s+/g, ' '],
];

function clean(message: string): string {
  const cleaned = replacements.reduce((text, [what, by]) => text.replace(what, by), message).trim();
  return cleaned.length > longest ? `${cleaned.slice(0, longest)}…` : cleaned;
}
