import type { RunConfig } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { chooseRun, type KnownRun, type TrainRequest, unfinishedRun } from './choose-run.ts';

const run = (name: string, status = 'finished'): KnownRun => ({
  ...{ run: name, status },
  asked: { iterations: 3, groups: 2 } as RunConfig,
  config: { iterations: 5, groups: 2 } as RunConfig,
});

const request = (over: Partial<TrainRequest> = {}): TrainRequest => ({
  ...{ recipe: undefined, overrides: {}, name: undefined },
  ...over,
});

describe('chooseRun', () => {
  const known = [run('quickstart-2', 'running'), run('quickstart-1')];

  it('makes the next run of the recipe', () => {
    expect(chooseRun(request(), known, 'quickstart')).toEqual({
      ...{ run: 'quickstart-3', input: { recipe: 'quickstart' }, known: null },
    });
    expect(chooseRun(request({ recipe: 'deep' }), known, 'quickstart').run).toBe('deep-1');
  });

  it('gives the settings to a new run', () => {
    const overrides = { groups: 8 };
    expect(chooseRun(request({ overrides, name: 'mine' }), known, 'quickstart')).toEqual({
      ...{ run: 'mine', input: { recipe: 'quickstart', groups: 8 }, known: null },
    });
  });

  it('asks for a run that is only named as it was opened', () => {
    expect(chooseRun(request({ name: 'quickstart-2' }), known, 'quickstart')).toEqual({
      ...{ run: 'quickstart-2', input: { iterations: 3, groups: 2 }, known: known[0] },
    });
  });

  it('asks for a run that exists with what was given, so that a difference is seen', () => {
    const asked = request({ name: 'quickstart-2', recipe: 'quickstart' });
    expect(chooseRun(asked, known, 'quickstart').input).toEqual({ recipe: 'quickstart' });
  });

  it('names a fork after its parent, and gives it no recipe', () => {
    const overrides = { forkOf: { run: 'quickstart-1', iteration: 2 }, groups: 4 };
    expect(chooseRun(request({ overrides }), known, 'quickstart')).toEqual({
      ...{ run: 'quickstart-1-fork-1', input: overrides, known: null },
    });
  });

  it('refuses a name that cannot be a workflow id', () => {
    expect(() => chooseRun(request({ name: 'a/b' }), known, 'quickstart')).toThrow(/--name/);
  });
});

describe('unfinishedRun', () => {
  it('is the newest that is not finished, whatever its row says else', () => {
    const known = [run('deep-1', 'running'), run('quickstart-3'), run('quickstart-2', 'failed')];
    expect(unfinishedRun('quickstart', known)).toBe('quickstart-2');
    expect(unfinishedRun('quickstart', [run('quickstart-1')])).toBeUndefined();
  });
});
