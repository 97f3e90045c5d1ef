import { stripVTControlCharacters, styleText } from 'node:util';

/** How words are marked on a terminal; without colours each function gives its text back. */
export interface Paint {
  strong: (text: string) => string;
  faint: (text: string) => string;
  good: (text: string) => string;
  bad: (text: string) => string;
}

const plain = (text: string): string => text;

export const noPaint: Paint = { strong: plain, faint: plain, good: plain, bad: plain };

export const colours: Paint = {
  strong: (text) => styleText('bold', text),
  faint: (text) => styleText('dim', text),
  good: (text) => styleText('green', text),
  bad: (text) => styleText(['bold', 'red'], text),
};

/** Colours on a terminal, unless `NO_COLOR` is set to anything (no-color.org) or `TERM` is `dumb`. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? colours : noPaint;
}

export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Pads to a width by what is seen: colours have none. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

export const paddedLeft = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** Cuts plain text to a width, with an ellipsis where something is left out. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Breaks plain text at spaces into lines of at most `width`; a longer word keeps a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** A share from 0 to 1 as `97 %`, or `96.9 %` with one of `digits`; a dash for none. */
export const percent = (share: number | null, digits = 0): string =>
  share === null ? '–' : `${(share * 100).toFixed(digits)} %`;

export const fixed = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toFixed(digits);

/** `48 s`, `2 min 05 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor(whole / 3600) % 24} h`;
}

export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

const levels = '▁▂▃▄▅▆▇█';

/** One character a value, 0 at the bottom and 1 at the top; the newest `width` values. */
export const sparkline = (values: readonly number[], width: number): string =>
  values
    .slice(-width)
    .map((value) => levels[Math.round(Math.min(1, Math.max(0, value)) * (levels.length - 1))])
    .join('');

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
