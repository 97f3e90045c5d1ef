import type { ParentView, PromptView } from '../grammar-contract.ts';
import { decisions, promptToken, promptWords, type PromptWord } from './vocabulary.ts';

/** The fact that decides most is said this often: at first the policy attends to every place alike. */
const emphasis = 9;
const factCount = 8;
export const promptLength = 1 + decisions.length + factCount + emphasis;

/**
 * Exactly {@link promptLength} token ids: how the parent fared, its program (padding for a draft), the facts,
 * and last, where the first decision looks, what is wanted. Public facts only: never a grade.
 */
export function encodePrompt(view: PromptView): number[] {
  const parent = view.parent?.tokens ?? decisions.map(() => 0);
  const wanted = Array.from({ length: emphasis }, () => promptToken(wantedOf(view.competition)));
  return [promptToken(standingOf(view)), ...parent, ...factsOf(view).map(promptToken), ...wanted];
}

/** The task is told as classes or regression: how many classes decides nothing that the rest does not. */
function factsOf({ kind, competition }: PromptView): PromptWord[] {
  const { task, metric, features } = competition;
  return [
    kind,
    metric,
    features.imbalanced ? 'imbalanced' : 'balanced',
    features.wide ? 'wide' : 'narrow',
    features.rows,
    features.missingValues ? 'missing-values' : 'nothing-missing',
    features.textCategories ? 'text' : 'no-text',
    task === 'regression' ? 'regression' : 'classes',
  ];
}

/** What a submission holds follows from task and metric. */
export function wantedOf({
  task,
  metric,
}: Pick<PromptView['competition'], 'task' | 'metric'>): PromptWord & `wants-${string}` {
  if (task === 'regression') return 'wants-values';
  return metric === 'auc' || metric === 'log_loss' ? 'wants-probabilities' : 'wants-labels';
}

function standingOf({ parent, competition }: PromptView): PromptWord {
  if (!parent) return 'no-parent';
  if (parent.errorType !== null) return errorWord(parent.errorType);
  return scoreWord(parent, competition.validationScale);
}

function errorWord(type: string): PromptWord {
  const known = promptWords.slice(promptWords.indexOf('ValueError'));
  return known.find((word) => word === type) ?? 'other-error';
}

/** Where the parent's own validation score lies between the baseline (0) and the reference (1). */
function scoreWord(
  { validationScore }: ParentView,
  { baseline, reference }: PromptView['competition']['validationScale'],
): PromptWord {
  if (validationScore === null) return 'no-score';
  const place = (validationScore - baseline) / (reference - baseline);
  if (!(place > 0)) return 'below-baseline';
  if (place < 0.7) return 'above-baseline';
  return place < 1 ? 'near-reference' : 'above-reference';
}
