import type { LiveView } from './live-view.ts';
import { renderLine, renderLive } from './render-live.ts';
import { paintFor, widthOf } from './text.ts';

/** Where the live view goes. */
export interface Screen {
  show(view: LiveView): void;
  /** One line beside the view, for example about a server that went away. */
  note(text: string): void;
  /** Leaves the last view standing and gives the terminal back. */
  close(): void;
}

/** What is needed of a stream: `process.stdout`, or a collector of text in tests. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** Redrawn in place on a terminal, one line per change elsewhere. */
export const screenOn = (output: Output, env: NodeJS.ProcessEnv = process.env): Screen =>
  output.isTTY === true && env['TERM'] !== 'dumb' ? terminalScreen(output, env) : logScreen(output);

const widest = 100;
const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
const clearRestOfLine = '\x1b[K';
const clearBelow = '\x1b[J';

export function terminalScreen(output: Output, env: NodeJS.ProcessEnv): Screen {
  const paint = paintFor(output, env);
  let drawn: readonly string[] = [];
  let note: string | null = null;

  const columns = (): number => output.columns || 80;
  /** Rows that lines take at the present width, wider lines being wrapped by the terminal. */
  const rowsOf = (lines: readonly string[]): number =>
    lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns())), 0);

  function draw(lines: readonly string[]): void {
    const up = rowsOf(drawn);
    const back = up > 0 ? `\x1b[${up}A\r` : hideCursor;
    output.write(back + lines.map((line) => `${line}${clearRestOfLine}\n`).join('') + clearBelow);
    drawn = lines;
  }

  return {
    show(view) {
      const lines = renderLive(view, paint, Math.min(columns(), widest));
      if (note !== null) lines.push('', paint.bad(note));
      draw(fitting(lines, (output.rows || 24) - 1, rowsOf));
      note = null;
    },
    note(text) {
      note = text;
    },
    close() {
      output.write(showCursor);
      drawn = [];
    },
  };
}

/** As many lines from the top as the terminal has room for: what scrolled away cannot be redrawn. */
function fitting(
  lines: readonly string[],
  rows: number,
  rowsOf: (lines: readonly string[]) => number,
): string[] {
  const fit = [...lines];
  while (fit.length > 1 && rowsOf(fit) > rows) fit.pop();
  return fit;
}

const quietMs = 10_000;

export function logScreen(output: Output, now: () => number = Date.now): Screen {
  let shown = '';
  let attempts = -1;
  let atMs = 0;
  return {
    show(view) {
      const changed = keyOf(view) !== shown;
      const moved = view.attempts.done !== attempts && now() - atMs >= quietMs;
      if (!changed && !moved) return;
      [shown, attempts, atMs] = [keyOf(view), view.attempts.done, now()];
      output.write(`${renderLine(view)}\n`);
    },
    note(text) {
      output.write(`${text}\n`);
    },
    close: () => undefined,
  };
}

/** What is worth a line of its own at once; attempts alone are told every ten seconds. */
const keyOf = ({ standing, iteration, phase, learnt, failure }: LiveView): string =>
  JSON.stringify([standing, iteration, phase, learnt?.iteration, failure]);
