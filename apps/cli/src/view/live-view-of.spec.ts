import type { Progress } from '@ace/buffer';
import { defaults, type RunConfig } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { Standing } from './live-view.ts';
import { liveViewOf, unbornView } from './live-view-of.ts';

const config: RunConfig = {
  ...defaults,
  ...{ iterations: 10, groups: 4, groupSize: 8 },
  competitions: { train: ['a', 'b'], heldOut: ['c'] },
  evaluation: { samplesPerCompetition: 20, everyIterations: 5 },
};

const progress: Progress = {
  ...{ status: 'running', failure: null, startedAt: new Date(0) },
  ...{ cursor: 4, phase: { kind: 'learn', index: 2 }, iteration: 2, iterations: 10 },
  open: { total: 24, closed: 5 },
  training: { total: 56, closed: 37 },
  evaluation: { total: 60, closed: 60 },
  learned: {
    iteration: 1,
    attempts: 32,
    meanReward: 0.25,
    valid: {
      draft: { attempts: 24, valid: 6 },
      improve: { attempts: 0, valid: 0 },
      debug: { attempts: 8, valid: 8 },
    },
  },
  liveStates: { draft: 2, improve: 3, debug: 4 },
};

const known = { run: 'r', standing: Standing.Running, failure: null, uiUrl: null };

describe('liveViewOf', () => {
  const groups = [{ slot: 0, competition: 'a', kind: 'draft' as const, closed: 5 }];
  const view = liveViewOf(known, { progress, config, groups, rewards: [0.25] });

  it('counts what is laid out and reckons what is to come', () => {
    // 56 laid out, 8 iterations of 32 to come, and 3 evaluations (0, 5, 10) of 60.
    expect(view.attempts).toEqual({ done: 97, all: 56 + 256 + 180 });
  });

  it('tells rates by kind, none for a kind that was not sampled', () => {
    expect(view.learnt).toEqual({
      iteration: 1,
      meanReward: 0.25,
      validRate: { draft: 0.25, improve: null, debug: 1 },
    });
  });

  it('shows the groups under way and the phase', () => {
    expect(view.slots).toEqual([{ slot: 0, competition: 'a', kind: 'draft', done: 5, all: 8 }]);
    expect(view.phase).toBe('executing and grading iteration 2');
  });
});

describe('unbornView', () => {
  it('waits for a worker', () => {
    expect(unbornView(known)).toMatchObject({
      iteration: 0,
      phase: 'waiting for a worker to begin',
    });
  });
});
