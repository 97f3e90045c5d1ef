import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../src/home.ts';
import { withoutPassage } from './guard.ts';
import { guards } from './list/index.ts';

describe('the guards', () => {
  it('are at least 9, no two of one name', () => {
    expect(guards.length).toBeGreaterThanOrEqual(9);
    expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
  });

  it.each(guards.flatMap((guard) => guard.passages.map((passage) => ({ ...guard, passage }))))(
    '$name: found exactly once in $passage.file',
    ({ passage }) => {
      const text = readFileSync(join(projectFolder, passage.file), 'utf8');
      expect(withoutPassage(text, passage)).not.toBe(text);
    },
  );

  it('that are not there, or there twice, are an error that names the file and the text', () => {
    const passage = { file: 'a.ts', guarded: 'if (done) return;', unguarded: '' };
    const refused = (text: string) => () => withoutPassage(text, passage);
    expect(refused('')).toThrow('a.ts: expected once, found 0 times:\nif (done) return;');
    expect(refused(`${passage.guarded}${passage.guarded}`)).toThrow('found 2 times');
  });
});
