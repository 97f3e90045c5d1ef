import type { History } from '@temporalio/common/lib/proto-utils';
import { msToTs } from '@temporalio/common/lib/time';
import { describe, expect, it } from 'vitest';
import { countTimeOuts, nextTryIn } from './histories.ts';

type Event = Record<string, unknown>;

let eventId = 0;
const event = (kind: string, attributes: Event, seconds = 0): Event => {
  eventId += 1;
  return { eventId, eventTime: msToTs(1000 * seconds), [`${kind}EventAttributes`]: attributes };
};
const scheduled = (activityId: string, input: string): Event =>
  event('activityTaskScheduled', {
    ...{ activityId, activityType: { name: 'execute' } },
    input: { payloads: [{ data: Buffer.from(input) }] },
  });
const started = (of: Event, attempt: number, seconds: number): Event =>
  event('activityTaskStarted', { scheduledEventId: of['eventId'], attempt }, seconds);
const timedOut = (of: Event): Event =>
  event('activityTaskTimedOut', { scheduledEventId: of['eventId'] });
const history = (...events: Event[]): History => ({ events });

describe('nextTryIn', () => {
  it('finds the try that ended the activity', () => {
    const one = scheduled('1', 'a');
    expect(nextTryIn(history(one, started(one, 2, 7)), '1', 1)).toEqual({ startedAt: 7000 });
    expect(nextTryIn(history(one, started(one, 1, 7)), '1', 1)).toBe('answered');
    expect(nextTryIn(history(one), '1', 1)).toBe('open');
  });

  it('finds the activity with the same input that was made in its place', () => {
    const [one, other, instead] = [scheduled('1', 'a'), scheduled('2', 'b'), scheduled('3', 'a')];
    const before = [one, started(one, 1, 1), timedOut(one)];
    expect(nextTryIn(history(...before), '1', 1)).toBe('open');
    expect(nextTryIn(history(...before, other), '1', 1)).toBe('open');
    expect(nextTryIn(history(...before, other, instead), '1', 1)).toEqual({ activityId: '3' });
    const ended = history(...before, instead, started(instead, 1, 9));
    expect(nextTryIn(ended, '1', 1)).toEqual({ startedAt: 9000 });
  });
});

describe('countTimeOuts', () => {
  it('counts tries after the first, time-outs, and workflow tasks that were answered too late', () => {
    const one = scheduled('1', 'a');
    const late = event('workflowTaskTimedOut', { timeoutType: 1 });
    const neverTaken = event('workflowTaskTimedOut', { timeoutType: 2 });
    expect(
      countTimeOuts([
        history(one, started(one, 1, 1)),
        history(one, started(one, 3, 1), timedOut(one), late, neverTaken),
      ]),
    ).toEqual({ workflows: 2, activities: 2, timedOut: 1, triedAgain: 1, lateWorkflowTasks: 1 });
  });
});
