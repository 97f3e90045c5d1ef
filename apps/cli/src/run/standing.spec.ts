import { describe, expect, it } from 'vitest';
import { Standing } from '../view/live-view.ts';
import { isOver, standingOf, type WorkflowEnd } from './standing.ts';

describe('standingOf', () => {
  it.each<[string | null, WorkflowEnd, Standing]>([
    ['running', 'open', Standing.Running],
    [null, 'open', Standing.Running],
    ['blocked', 'open', Standing.Blocked],
    ['paused', 'open', Standing.Paused],
    ['stopping', 'open', Standing.Stopping],
    ['stopped', 'open', Standing.Running],
    ['stopping', 'completed', Standing.Stopped],
    ['stopped', 'completed', Standing.Stopped],
    ['stopped', null, Standing.Stopped],
    ['paused', 'terminated', Standing.Stopped],
    ['cancelled', 'cancelled', Standing.Stopped],
    ['finished', 'cancelled', Standing.Finished],
    ['running', 'terminated', Standing.Stopped],
    ['blocked', 'cancelled', Standing.Stopped],
    ['running', null, Standing.Stopped],
    ['running', 'failed', Standing.Failed],
    [null, 'failed', Standing.Failed],
    ['failed', null, Standing.Failed],
    ['failed', 'open', Standing.Running],
    ['finished', 'open', Standing.Finished],
    ['finished', null, Standing.Finished],
    ['running', 'completed', Standing.Finished],
  ])('record %s, workflow %s: %s', (status, workflow, standing) => {
    expect(standingOf(status, workflow)).toBe(standing);
  });

  it('is over when nobody works on it', () => {
    const over = Object.values(Standing).filter(isOver);
    expect(over).toEqual([Standing.Stopped, Standing.Failed, Standing.Finished]);
  });
});
