/**
 * The decisions that describe one program, in the order in which they are made, each with its options.
 * No option's meaning hangs on another decision, so what is learnt of one holds beside any other. Options
 * marked * fail on some competitions (or all), as a person's first drafts do.
 */
export const decisionTable = {
  /** What is fitted, and what of it is submitted. Two of six suit a competition. */
  estimator: [
    'classifier-labels',
    'balanced-classifier-labels',
    'classifier-probabilities',
    'balanced-classifier-probabilities',
    'regressor-values',
    'regressor-on-log-values',
  ],
  /** `no-imputation` * fails where numbers are missing, `incomplete-columns` * where none are. */
  impute: ['no-imputation', 'median', 'mean', 'most-frequent', 'zero', 'incomplete-columns'],
  /** `no-encoding` * fails where there is text, `text-to-codes` * where there is none. */
  encode: [
    'no-encoding',
    'one-hot',
    'grouped-one-hot',
    'target-mean',
    'drop-text',
    'text-to-codes',
  ],
  /** How the program estimates its own score; `endless` * runs far beyond every limit. */
  validate: [
    'holdout-10',
    'holdout-20',
    'holdout-30',
    'holdout-40',
    'holdout-50',
    'two-splits',
    'endless',
  ],
  /** How the submission is written; the last three * are wrong everywhere. */
  write: [
    'frame',
    'assign',
    'sample',
    'csv-module',
    'indexed',
    'without-id',
    'with-index',
    'other-file',
  ],
  clip: ['keep-outliers', 'clip-1-percent', 'clip-5-percent'],
  scale: ['no-scaling', 'standard', 'robust', 'min-max', 'quantile'],
  derive: ['as-is', 'squares', 'missing-count'],
  select: ['best-30-percent', 'best-60-percent', 'best-90-percent', 'principal-components'],
  family: ['linear', 'neighbours', 'tree', 'forest', 'extra-trees', 'boosting', 'lightgbm'],
  size: ['size-5', 'size-10', 'size-20', 'size-30'],
  depth: ['depth-3', 'depth-5', 'depth-8', 'depth-12'],
  rate: ['rate-0.03', 'rate-0.1', 'rate-0.3', 'rate-1'],
} as const;

export type DecisionName = keyof typeof decisionTable;
/** One option for each decision: what a program is. */
export type Program = { readonly [Name in DecisionName]: (typeof decisionTable)[Name][number] };

export const decisionNames = Object.keys(decisionTable) as readonly DecisionName[];

/** Words that only prompts hold: facts of the competition, the kind of state, how the parent fared. */
export const promptWords = [
  ...['draft', 'improve', 'debug'],
  ...['classes', 'regression'],
  ...['wants-labels', 'wants-probabilities', 'wants-values'],
  ...['accuracy', 'log_loss', 'auc', 'rmse', 'rmsle', 'quadratic_kappa', 'macro_f1'],
  ...['missing-values', 'nothing-missing', 'text', 'no-text', 'imbalanced', 'balanced'],
  ...['wide', 'narrow', 'small', 'medium', 'large'],
  ...['no-parent', 'below-baseline', 'above-baseline', 'near-reference', 'above-reference'],
  ...[
    'no-score',
    'ValueError',
    'TypeError',
    'KeyError',
    'AttributeError',
    'MemoryError',
    'other-error',
  ],
  ...['time limit', 'memory limit', 'output limit', 'disk limit', 'killed'],
  ...['missing file', 'unreadable', 'wrong columns', 'wrong ids', 'duplicate ids', 'ungradable'],
  ...['missing or infinite values', 'not numeric', 'unknown class', 'out of range'],
] as const;
export type PromptWord = (typeof promptWords)[number];

/** Word of each token id; 0 is padding. */
export const words: readonly string[] = [
  'padding',
  ...decisionNames.flatMap((name) => decisionTable[name].map((option) => `${name}=${option}`)),
  ...promptWords.map((word) => `<${word}>`),
];

const idOf = new Map(words.map((word, id) => [word, id]));

/** @throws for a word that no token has. */
export function tokenOf(word: string): number {
  const id = idOf.get(word);
  if (id === undefined) throw new Error(`grammar: no token has the word "${word}"`);
  return id;
}

export const promptToken = (word: PromptWord): number => tokenOf(`<${word}>`);

export const decisions = decisionNames.map((name) => ({
  name,
  tokens: decisionTable[name].map((option) => tokenOf(`${name}=${option}`)),
}));
