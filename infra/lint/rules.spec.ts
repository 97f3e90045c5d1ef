import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { projectFolder } from '../src/home.ts';

/** The first file is checked with the types of the whole tree. */
vi.setConfig({ testTimeout: 180_000 });

let eslint: ESLint;
beforeAll(() => {
  // Where `CI` is set, the parser would read the files on disk instead of the texts that are planted here.
  const parserOptions = { disallowAutomaticSingleRunInference: true };
  const overrideConfig = { files: ['**/*.ts'], languageOptions: { parserOptions } };
  eslint = new ESLint({ cwd: projectFolder, overrideConfig });
});

/** The rules that refuse this text as the content of an existing file. */
async function refusals(filePath: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath: `${projectFolder}/${filePath}` });
  return results
    .flatMap(({ messages }) => messages)
    .map(({ ruleId, message }) => ruleId ?? message);
}

const workflow = 'workflows/src/index.ts';
const config = 'libs/config/src/names.ts';

describe('the lint rules refuse', () => {
  it.each([
    ['an import that goes up', config, `export { openDatabase } from '@ace/buffer';`],
    ['one by a path', config, `export * from '../../buffer/src/index.ts';`],
    [
      'an activity that imports a workflow',
      'activities/src/index.ts',
      `export * from '@ace/workflows';`,
    ],
  ])('%s', async (_what, file, text) => {
    expect(await refusals(file, text)).toContain('@nx/enforce-module-boundaries');
  });

  it('a floating promise', async () => {
    const text = `const later = () => Promise.resolve(1);\nlater();\nexport {};`;
    expect(await refusals(config, text)).toEqual(['@typescript-eslint/no-floating-promises']);
  });

  it('a value import that is used as a type', async () => {
    const text = `import { RunConfig } from './run-config.ts';\nexport type Mine = RunConfig;`;
    expect(await refusals(config, text)).toContain('@typescript-eslint/consistent-type-imports');
  });

  it('activities as values in a workflow', async () => {
    const text = `import { createMainActivities } from '@ace/activities';\nexport const a = createMainActivities;`;
    expect(await refusals(workflow, text)).toContain('no-restricted-syntax');
  });

  it.each(['node:fs', 'fs', 'node:timers/promises', 'crypto'])('%s in a workflow', async (name) => {
    const text = `import * as builtin from '${name}';\nexport const b = builtin;`;
    expect(await refusals(workflow, text)).toContain('no-restricted-imports');
  });

  it.each([
    ['a clock', `Date.now()`],
    ['a draw', `Math.random()`],
  ])('%s in a workflow', async (_what, expression) => {
    expect(await refusals(workflow, `export const x = ${expression};`)).toEqual([
      'no-restricted-syntax',
    ]);
  });
});

describe('the lint rules accept', () => {
  it('activities as types in a workflow, and imports that go down', async () => {
    const text = [
      `import type { ActivityDeps } from '@ace/activities';`,
      `import { phasesOf } from '@ace/config/pure';`,
      `export const phases: unknown = phasesOf;`,
      `export type Deps = ActivityDeps;`,
    ].join('\n');
    expect(await refusals(workflow, text)).toEqual([]);
  });
});
