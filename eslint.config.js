import js from '@eslint/js';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

// The rule about rooms reads Nx's project graph from a file, and without the file it lets everything pass.
await createProjectGraphAsync({ exitOnError: false });

/** Data flows one way: a room may import only the rooms listed beside it, which all lie below it. */
const rooms = {
  config: [],
  faults: [],
  curriculum: ['config'],
  competitions: ['config'],
  sandbox: ['config', 'faults'],
  policy: ['config', 'competitions'],
  buffer: ['config', 'curriculum', 'faults'],
  activities: ['config', 'faults', 'curriculum', 'competitions', 'sandbox', 'policy', 'buffer'],
  workflows: ['config', 'activities'],
  infra: ['config', 'faults', 'curriculum', 'competitions', 'sandbox', 'policy', 'buffer'],
  engine: ['config', 'faults', 'policy', 'infra'],
  worker: [
    'config',
    'curriculum',
    'competitions',
    'sandbox',
    'policy',
    'buffer',
    'activities',
    'workflows',
    'infra',
  ],
  cli: ['config', 'curriculum', 'competitions', 'policy', 'buffer', 'workflows', 'infra'],
};

const nodeGlobals = ['process', 'console', 'performance', 'setTimeout', 'clearTimeout', 'URL'];

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '.ace', '.nx', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
      },
    },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: Object.entries(rooms).map(([room, below]) => ({
            sourceTag: `room:${room}`,
            onlyDependOnLibsWithTags: [room, ...below].map((name) => `room:${name}`),
          })),
        },
      ],
    },
  },
  {
    files: ['workflows/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules,
          patterns: [{ group: ['node:*'], message: 'Workflow code is pure.' }],
        },
      ],
      'no-restricted-globals': ['error', 'setInterval', 'process', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^@ace.activities/][importKind!="type"]',
          message: 'Workflows import activities as types only.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Workflows read no clock.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Randomness is addressed.',
        },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
