import { describe, expect, it } from 'vitest';
import { checkRunName } from './run-name.ts';

describe('checkRunName', () => {
  it.each([
    '',
    'a/b',
    '-a',
    'a b',
    'x'.repeat(81),
    'a\n',
    'a\u0000b',
    'tägig',
    '-2026-11-28T02:00:00Z',
  ])('refuses %j and says what a name is', (name) => {
    expect(() => checkRunName(name, '--name')).toThrow(
      /^--name: expected the name of a run: 1 to 80 letters/,
    );
  });

  it.each(['Nightly_2.1-b', '7f9c24e8-3b12-4fef-91e0-56a2d5a3b7d1', 'x'.repeat(80)])(
    'takes %s',
    (name) => {
      expect(checkRunName(name, '--name')).toBe(name);
    },
  );

  it('takes what a schedule appends, beyond the length too, and at the end alone', () => {
    const due = '-2026-11-28T02:00:00Z';
    const names = [`nightly${due}`, 'x'.repeat(80) + due];
    for (const name of names) expect(checkRunName(name, 'workflow id')).toBe(name);
    expect(() => checkRunName(`nightly${due}-2`, 'workflow id')).toThrow(/^workflow id: /);
  });

  it('shows how to mend a name, and cuts one that is far too long', () => {
    const refusal = (name: string) => () => checkRunName(name, 'workflow id');
    expect(refusal('my runs/3')).toThrow('got "my runs/3", did you mean "my-runs-3"?');
    expect(refusal('x'.repeat(999))).toThrow(/got "x{199}…$/);
  });
});
