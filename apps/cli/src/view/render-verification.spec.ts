import { describe, expect, it } from 'vitest';
import { renderVerification } from './render-verification.ts';
import { noPaint } from './text.ts';

const same = { what: 'groups', original: 2, again: 2, differing: 0, first: null };
const other = {
  ...{ what: 'states (evicted_iteration)', original: 8, again: 7, differing: 1 },
  first: 'born_iteration 3, slot 0, sample 1, address 3.0.1: not made again',
};

describe('renderVerification', () => {
  it('counts by table', () => {
    const lines = renderVerification({ tables: [same], differences: 0, leftOut: null }, noPaint);
    expect(lines).toEqual([
      'table   original     again differing',
      'groups         2         2         0',
      '',
      '0 differences',
    ]);
  });

  it('names the first row that differs, and what was left out, in 80 columns', () => {
    const leftOut = 'sampling, generation and the update: the engine is not deterministic';
    const verification = { tables: [same, other], differences: 1, leftOut };
    const lines = renderVerification(verification, noPaint);
    expect(lines.join('\n')).toContain(`  ${other.first}`);
    expect(lines.join('\n')).toContain('Not done again: sampling,');
    expect(lines.at(-1)).toBe('1 difference');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
