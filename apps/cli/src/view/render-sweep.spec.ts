import { describe, expect, it } from 'vitest';
import { renderSweep } from './render-sweep.ts';
import { noPaint } from './text.ts';

const nothing = { removed: [], notReached: [], failed: [] };

describe('renderSweep', () => {
  it('says when there was nothing', () => {
    expect(renderSweep(nothing, noPaint)).toEqual(['nothing to remove']);
  });

  it('shows what was removed by kind, host and name', () => {
    const names = ['run-1/train.1.0.0 execution 1', 'run-1/train.1.0.1 execution 1'];
    const removed = [
      { kind: 'bubblewrap sandbox', host: 'north', count: 3, names },
      { kind: 'unpublished checkpoint', host: 'north', count: 12, names: [] },
    ];
    expect(renderSweep({ ...nothing, removed }, noPaint)).toEqual([
      'removed  kind                    host',
      '      3  bubblewrap sandbox      north',
      '         run-1/train.1.0.0 execution 1',
      '         run-1/train.1.0.1 execution 1',
      '         and 1 more',
      '     12  unpublished checkpoint  north',
    ]);
  });

  it('shows what it could not do, within 80 columns', () => {
    const failed = [`sweepSandboxes on north: ${'the engine is away '.repeat(8)}`];
    const lines = renderSweep({ ...nothing, notReached: ['south'], failed }, noPaint);
    expect(lines.slice(0, 3)).toEqual([
      'nothing to remove',
      'not reached  south: no worker took the work up there',
      'failed  sweepSandboxes on north: the engine is away the engine is away the',
    ]);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });
});
