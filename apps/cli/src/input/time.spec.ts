import { expect, it } from 'vitest';
import { timeOf } from './time.ts';

it.each(['2026-11-01T02:00Z', '2026-11-01T02:00:00Z', '2026-11-01T03:00:00+01:00'])(
  'takes %s',
  (text) => {
    expect(timeOf('--from', text).toISOString()).toBe('2026-11-01T02:00:00.000Z');
  },
);

it.each(['yesterday', '2026-11-01', '2026-11-01T02:00:00', '2026-13-01T02:00:00Z'])(
  'refuses %s, which means another time elsewhere or none',
  (text) => {
    expect(() => timeOf('--from', text)).toThrow(/^--from: expected a time such as .*, got/);
  },
);
