import { describe, expect, it } from 'vitest';
import { duration, printSteps, stepLine } from './progress.mjs';

const step = (detail: string, seconds = 0, state: 'doing' | 'done' = 'done') => ({
  ...{ part: 'Python environment', state, detail, seconds },
});

describe('stepLine', () => {
  it('says the part, what was found and how long it took', () => {
    const line = stepLine(step('installed', 14.2));
    expect(line).toMatch(/^✓ Python environment installed {2,}14 s$/);
    expect(line).toHaveLength(80);
  });

  it('leaves out a time that is nothing', () => {
    expect(stepLine(step('found'))).toBe('✓ Python environment found');
  });

  it('is never wider than 80 columns', () => {
    for (const seconds of [0, 3, 1234]) {
      expect(stepLine(step('x'.repeat(200), seconds)).length).toBeLessThanOrEqual(80);
    }
  });
});

describe('duration', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.96, '10 s'],
    [99.4, '99 s'],
    [125, '2 min 5 s'],
  ])('writes %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('printSteps', () => {
  it('takes its lines back on a terminal', () => {
    const { out, written } = recorder(true);
    const tell = printSteps(out);
    tell(step('installing', 0, 'doing'));
    tell(step('installed', 2));
    expect(written[0]).toBe('\r\x1b[2K… Python environment installing');
    expect(written[1]).toBe(`\r\x1b[2K${stepLine(step('installed', 2))}\n`);
  });

  it('writes a quick step into a log once, when it is done', () => {
    const { out, written } = recorder(false);
    const tell = printSteps(out);
    tell(step('installing', 0, 'doing'));
    tell(step('found'));
    expect(written).toEqual(['✓ Python environment found\n']);
  });
});

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { written, out: { isTTY, write } as unknown as NodeJS.WriteStream };
}
