import { describe, expect, it } from 'vitest';
import { decodeName, encodeName } from './names.ts';

describe('names of executions', () => {
  it.each([
    { run: 'quickstart', attempt: 'train.3.0.5', execution: 1 },
    { run: '../.. /+%', attempt: 'é/\n', execution: 12 },
    { run: 'nightly-2026-11-28T02:00:00Z', attempt: 'train.3.0.5', execution: 1 },
  ])('become a file name and back: %j', (name) => {
    // A `:` divides the parts of a mount.
    expect(encodeName(name)).not.toMatch(/[/:\n]/);
    expect(decodeName(encodeName(name))).toEqual(name);
  });

  it('refuses what no file system takes', () => {
    expect(() => encodeName({ run: 'x'.repeat(300), attempt: 'y', execution: 1 })).toThrow(
      RangeError,
    );
  });

  it.each(['lost+found', 'a+b+0', 'a+b+1+c', 'a'])('knows that %s is none', (folder) => {
    expect(decodeName(folder)).toBeNull();
  });
});
