import type { Program } from '../vocabulary.ts';
import { part, type Part } from './part.ts';

const splits: Record<Program['validate'], { count: number; share: number }> = {
  'holdout-10': { count: 1, share: 0.1 },
  'holdout-20': { count: 1, share: 0.2 },
  'holdout-30': { count: 1, share: 0.3 },
  'holdout-40': { count: 1, share: 0.4 },
  'holdout-50': { count: 1, share: 0.5 },
  'two-splits': { count: 2, share: 0.2 },
  endless: { count: 100_000, share: 0.2 },
};

/** The program's own score: mean over splits of the training data, stratified for classifiers. */
export function validatePart(program: Program): Part {
  const { count, share } = splits[program.validate];
  const splitter = program.estimator.startsWith('regressor')
    ? 'ShuffleSplit'
    : 'StratifiedShuffleSplit';
  return part(
    [`from sklearn.model_selection import ${splitter}`],
    `splitter = ${splitter}(n_splits=${count}, test_size=${share}, random_state=0)`,
    'scores = []',
    'for kept, held in splitter.split(X, y):',
    '    model = make_model().fit(X[kept], learnt[kept])',
    '    scores.append(score(y[held], predict(model, X[held])))',
  );
}
