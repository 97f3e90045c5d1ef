import { describe, expect, it } from 'vitest';
import {
  parseInput,
  resolveRunConfig,
  resolveSeries,
  scheduledInput,
  scheduleSchema,
} from './index.ts';

const parse = (given: object) =>
  parseInput(
    scheduleSchema,
    { name: 'nightly', cron: ['0 2 * * *'], calendar: [], ...given },
    'schedule',
  );

const refusalOf = (refused: () => unknown): string => {
  try {
    refused();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('a schedule', () => {
  it('has a default for everything but its times', () => {
    expect(parse({})).toEqual({
      ...{ name: 'nightly', cron: ['0 2 * * *'], calendar: [], timeZone: 'UTC', overlap: 'skip' },
      ...{ catchUp: 86_400_000, pauseOnFailure: false, paused: false },
    });
  });

  it.each([
    ['90 s', 90_000],
    ['10m', 600_000],
    ['10 minutes', 600_000],
    ['2 hours', 7_200_000],
    ['3d', 259_200_000],
  ])('reads the duration %s', (jitter, milliseconds) => {
    expect(parse({ jitter }).jitter).toBe(milliseconds);
  });

  it.each(['@daily', '@every 1h', '30 2 * * MON-FRI', '*/5 * * * *', '0 30 2 * * * 2030'])(
    'leaves the cron expression %j to the server',
    (cron) => {
      expect(parse({ cron: [cron] }).cron).toEqual([cron]);
    },
  );

  it('takes days and months of a calendar in any case', () => {
    const [calendar] = parse({
      calendar: [{ hour: 2, dayOfWeek: [{ start: 'monday', end: 'Friday' }, 'SUNDAY'] }],
    }).calendar;
    expect(calendar).toEqual({
      hour: 2,
      dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY', step: 1 }, 'SUNDAY'],
    });
  });

  it.each([
    [{ name: 'a/b' }, /^schedule: name: expected 1 to 80 letters, .*, got "a\/b"$/],
    [{ name: 'x'.repeat(81) }, /^schedule: name: expected 1 to 80/],
    [{ cron: ['at night'] }, /^schedule: cron\.0: expected minute, hour.*, got "at night"$/],
    [{ cron: [] }, /^schedule: cron: expected a cron expression or a calendar/],
    [{ calendar: [{ hour: 25 }] }, /^schedule: calendar\.0\.hour: .*23.*, got 25$/],
    [{ calendar: [{ hour: 'two' }] }, /calendar\.0\.hour: .* from 0 to 23, .*, got "two"$/],
    [{ calendar: [{ dayOfWeek: 'noday' }] }, /calendar\.0\.dayOfWeek: .*SUNDAY.*, got "noday"$/],
    [{ calendar: [{ hours: 2 }] }, /calendar\.0\.hours: unknown field/],
    [{ timeZone: 'Europe/Berln' }, /^schedule: timeZone: expected .*, got "Europe\/Berln"$/],
    [{ timeZone: '+01:00' }, /^schedule: timeZone: expected/],
    [{ jitter: 'soon' }, /^schedule: jitter: expected a duration.*, got "soon"$/],
    [{ catchUp: '5 s' }, /^schedule: catchUp: expected at least 10 s, got "5 s"$/],
    [{ overlap: 'queue' }, /^schedule: overlap: .*"skip".*, got "queue"$/],
  ])('refuses %j and names the field', (given, message) => {
    expect(refusalOf(() => parse(given))).toMatch(message);
  });
});

describe('the input of a scheduled run', () => {
  it('names the series and fails where it would block', () => {
    expect(scheduledInput('nightly', { recipe: 'quickstart' })).toEqual({
      ...{ recipe: 'quickstart', series: 'nightly', onIterationFailure: 'fail' },
    });
    expect(scheduledInput('nightly', {})).toMatchObject({ series: 'nightly' });
  });

  it('keeps a series of its own, or none', () => {
    expect(scheduledInput('nightly', { series: 'deep' })).toMatchObject({ series: 'deep' });
    expect(resolveSeries(scheduledInput('nightly', { series: null }))).toBeNull();
  });

  it('is refused when it would block, with the reason', () => {
    const refusal = refusalOf(() => scheduledInput('nightly', { onIterationFailure: 'block' }));
    expect(refusal).toMatch(/onIterationFailure: expected "fail".* got "block".* skipped unseen/);
  });

  it('is left to be refused when it is no object', () => {
    const sources = { recipes: {}, competitions: { train: ['ames'], heldOut: [] } };
    const input = scheduledInput('nightly', ['quickstart'] as never);
    expect(refusalOf(() => resolveRunConfig(input, sources))).toMatch(/expected one JSON object/);
  });
});

describe('the series of a run', () => {
  it('begins with its newest version unless told', () => {
    expect(resolveSeries({ series: 'nightly' })).toEqual({ name: 'nightly', startFrom: 'newest' });
    expect(resolveSeries({ series: 'nightly', startFrom: 'scratch' })?.startFrom).toBe('scratch');
    expect(resolveSeries({})).toBeNull();
    expect(resolveSeries({ startFrom: 'scratch' })).toBeNull();
  });

  it.each([
    [{ series: 'a b' }, /^run input: series: expected letters.*, got "a b"$/],
    [{ series: 3 }, /^run input: series: .*string.*, got 3$/],
    [{ series: 'nightly', startFrom: 'best' }, /^run input: startFrom: .*, got "best"$/],
    [{ startFrom: 'newest' }, /^run input: startFrom: expected the field series beside it/],
  ])('refuses %j and names the field', (input, message) => {
    expect(refusalOf(() => resolveSeries(input))).toMatch(message);
  });

  it('is no part of the config', () => {
    const sources = {
      recipes: { quickstart: { iterations: 3 } },
      competitions: { train: ['ames'], heldOut: [] },
    };
    expect(resolveRunConfig({ series: 'nightly', startFrom: 'scratch' }, sources)).toEqual(
      resolveRunConfig({}, sources),
    );
  });
});
