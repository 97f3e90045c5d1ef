import type { Competition } from '@ace/config/pure';
import type { Program } from '../vocabulary.ts';
import { part, type Part } from './part.ts';

/** `predict(model, X)`: what the chosen estimator hands in. */
export function predictPart(program: Program, competition: Competition): Part {
  const lines: string[] = [];
  if (program.estimator.endsWith('labels')) lines.push('return model.predict(X)');
  else if (program.estimator.endsWith('probabilities')) lines.push(...probabilities(competition));
  else lines.push(...values(program, competition));
  return part([], 'def predict(model, X):', ...lines.map((line) => `    ${line}`));
}

/** AUC takes the second class's probability, log loss one column a class. */
const probabilities = ({ metric }: Competition): string[] =>
  metric === 'auc' ? ['return model.predict_proba(X)[:, 1]'] : ['return model.predict_proba(X)'];

function values(program: Program, { metric }: Competition): string[] {
  const raw = 'model.predict(X)';
  const value = program.estimator === 'regressor-on-log-values' ? `np.expm1(${raw})` : raw;
  return [`return ${metric === 'rmsle' ? `np.maximum(${value}, 0)` : value}`];
}

const metrics: Record<Competition['metric'], { imported: string; score: string }> = {
  accuracy: { imported: 'accuracy_score', score: 'accuracy_score(truth, guess)' },
  macro_f1: { imported: 'f1_score', score: 'f1_score(truth, guess, average="macro")' },
  quadratic_kappa: {
    imported: 'cohen_kappa_score',
    score: 'cohen_kappa_score(truth, guess, weights="quadratic")',
  },
  auc: { imported: 'roc_auc_score', score: 'roc_auc_score(truth, guess)' },
  log_loss: { imported: 'log_loss', score: 'log_loss(truth, guess)' },
  rmse: {
    imported: 'root_mean_squared_error',
    score: 'root_mean_squared_error(truth, guess)',
  },
  rmsle: {
    imported: 'root_mean_squared_log_error',
    score: 'root_mean_squared_log_error(truth, guess)',
  },
};

/** `score(truth, guess)`: the competition's metric. */
export function scorePart({ metric }: Competition): Part {
  const { imported, score } = metrics[metric];
  return part(
    [`from sklearn.metrics import ${imported}`],
    'def score(truth, guess):',
    `    return ${score}`,
  );
}
