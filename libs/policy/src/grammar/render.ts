import type { Competition } from '@ace/config/pure';
import { estimatorPart } from './parts/estimator.ts';
import { featureParts } from './parts/features.ts';
import type { Part } from './parts/part.ts';
import { predictPart, scorePart } from './parts/predict.ts';
import { validatePart } from './parts/validate.ts';
import { writePart } from './parts/write.ts';
import { programOf } from './program.ts';
import type { Program } from './vocabulary.ts';

const always = ['from pathlib import Path', 'import numpy as np', 'import pandas as pd'];

/**
 * The Python file that these decisions describe: reads `/data`, prints its own validation score last and
 * writes `submission.csv` into the current folder. The same tokens give the same text.
 */
export function render(tokens: readonly number[], competition: Competition): string {
  const program = programOf(tokens);
  const features = featureParts(program);
  const model = estimatorPart(program);
  const predict = predictPart(program, competition);
  const score = scorePart(competition);
  const validate = validatePart(program);
  const write = writePart(program);
  const all = [...features.map(({ body }) => body), model, predict, score, validate, write];
  return [
    ...head(competition, all),
    ...loading(program),
    ...features.flatMap(({ title, body }) => section(title, body)),
    ...['', 'X = np.asarray(X, dtype=float)', 'X_test = np.asarray(X_test, dtype=float)'],
    ...[model, predict, score].flatMap(({ code }) => ['', '', ...code]),
    ...['', '', '# Validation', ...validate.code],
    ...section('Submission', write),
    ...['', 'print(f"validation score: {np.mean(scores):.6f}")', ''],
  ].join('\n');
}

function head({ id, task, metric, ...competition }: Competition, parts: readonly Part[]): string[] {
  const imports = [...new Set([...always, ...parts.flatMap((part) => part.imports)])];
  const columns = competition.submissionColumns.slice(1);
  return [
    `"""${id}: ${task}, scored by ${metric}."""`,
    '',
    ...imports.sort(),
    '',
    'DATA = Path("/data")',
    `ID = ${JSON.stringify(competition.idColumn)}`,
    `TARGET = ${JSON.stringify(competition.target)}`,
    `COLUMNS = ${JSON.stringify(columns).replaceAll(',', ', ')}`,
    '',
  ];
}

const loading = ({ estimator }: Program): string[] => [
  'train = pd.read_csv(DATA / "train.csv")',
  'test = pd.read_csv(DATA / "test.csv")',
  'y = train[TARGET].to_numpy()',
  estimator === 'regressor-on-log-values' ? 'learnt = np.log1p(y)' : 'learnt = y',
  'X = train.drop(columns=[ID, TARGET])',
  'X_test = test.drop(columns=ID)',
  'text = [name for name in X if not pd.api.types.is_numeric_dtype(X[name])]',
];

const section = (title: string, { code }: Part): string[] =>
  code.length === 0 ? [] : ['', `# ${title}`, ...code];
