import { describe, expect, it } from 'vitest';
import { decodeName, encodeName } from './names.ts';

describe('names of executions', () => {
  it.each([
    { run: 'quickstart', attempt: 'train.3.0.5', execution: 1 },
    { run: '../.. /+%', attempt: 'é/\n', execution: 12 },
  ])('become a file name and back: %j', (name) => {
    expect(encodeName(name)).not.toMatch(/[/\n]/);
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
