import { describe, expect, it } from 'vitest';
import { checkRunName } from './run-name.ts';

describe('checkRunName', () => {
  it.each(['', 'a/b', '-a', 'a b', 'x'.repeat(81), '-2026-11-28T02:00:00Z'])(
    'refuses %j and says what a name is',
    (name) => {
      expect(() => checkRunName(name, '--name')).toThrow(
        /^--name: expected the name of a run: 1 to 80 letters/,
      );
    },
  );

  it('takes what it asks for', () => {
    expect(checkRunName('Nightly_2.1-b', '--name')).toBe('Nightly_2.1-b');
  });

  it('takes what a schedule appends, beyond the length too, and at the end alone', () => {
    const due = '-2026-11-28T02:00:00Z';
    const names = [`nightly${due}`, 'x'.repeat(80) + due];
    for (const name of names) expect(checkRunName(name, 'workflow id')).toBe(name);
    expect(() => checkRunName(`nightly${due}-2`, 'workflow id')).toThrow(/^workflow id: /);
  });
});
