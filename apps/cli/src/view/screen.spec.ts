import { describe, expect, it } from 'vitest';
import { type LiveView, Standing } from './live-view.ts';
import { logScreen, screenOn, terminalScreen } from './screen.ts';

const view: LiveView = {
  run: 'quickstart-1',
  standing: Standing.Running,
  iteration: 1,
  iterations: 2,
  phase: 'sampling attempts of iteration 1',
  attempts: { done: 0, all: 64 },
  evaluation: { done: 200, all: 200 },
  slots: [],
  learnt: null,
  rewards: [],
  states: { draft: 7, improve: 0, debug: 0 },
  secondsLeft: null,
  uiUrl: 'http://127.0.0.1:8233/namespaces/default/workflows/quickstart-1',
  failure: null,
};

function collector(size: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const written: string[] = [];
  return { ...size, written, write: (text: string) => written.push(text) };
}

describe('logScreen', () => {
  it('tells a change at once, and attempts alone every ten seconds', () => {
    const output = collector();
    let clock = 1_000;
    const screen = logScreen(output, () => clock);
    screen.show(view);
    screen.show(view);
    screen.show({ ...view, attempts: { done: 1, all: 64 } });
    expect(output.written).toHaveLength(1);
    screen.show({ ...view, phase: 'executing and grading iteration 1' });
    expect(output.written).toHaveLength(2);
    clock += 10_000;
    screen.show({ ...view, phase: 'executing and grading iteration 1' });
    expect(output.written).toHaveLength(2);
    const moved = { done: 9, all: 64 };
    screen.show({ ...view, phase: 'executing and grading iteration 1', attempts: moved });
    expect(output.written).toHaveLength(3);
    expect(output.written.every((line) => line.split('\n').length === 2)).toBe(true);
  });
});

describe('terminalScreen', () => {
  const up = (text: string | undefined): number => Number(/\[(\d+)A/.exec(text ?? '')?.[1]);
  const linesIn = (text: string | undefined): number => (text ?? '').split('\n').length - 1;

  it('goes back over what it drew', () => {
    const output = collector({ isTTY: true, columns: 80, rows: 40 });
    const screen = terminalScreen(output, { NO_COLOR: '1' });
    screen.show(view);
    screen.show(view);
    expect(up(output.written[1])).toBe(linesIn(output.written[0]));
  });

  it('counts the rows of lines that the terminal wraps, at the width of now', () => {
    const output = collector({ isTTY: true, columns: 80, rows: 40 });
    const screen = terminalScreen(output, { NO_COLOR: '1' });
    screen.show(view);
    output.columns = 50;
    screen.show(view);
    expect(up(output.written[1])).toBeGreaterThan(linesIn(output.written[0]));
  });

  it('never draws more than the terminal has rows', () => {
    const output = collector({ isTTY: true, columns: 80, rows: 6 });
    terminalScreen(output, {}).show(view);
    expect(linesIn(output.written[0])).toBe(5);
  });

  it('leaves colours out on request, and everything but lines without a terminal', () => {
    const plain = collector({ isTTY: true, columns: 80, rows: 40 });
    terminalScreen(plain, { NO_COLOR: '1' }).show(view);
    expect(plain.written.join('')).not.toMatch(/\[[\d;]*m/);
    const piped = collector();
    screenOn(piped, {}).show(view);
    expect(piped.written.join('')).not.toContain('\x1b');
  });
});
