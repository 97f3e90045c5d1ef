import type { ParentView, PromptView } from '../grammar-contract.ts';
import { decisions, promptToken, promptWords, type PromptWord } from './vocabulary.ts';

/** Facts of the competition and the state; then how the parent fared; then its program. */
const factCount = 9;
export const promptLength = factCount + 1 + decisions.length;

/** Exactly {@link promptLength} token ids; a draft's parent is padding. Public facts only: never a grade. */
export function encodePrompt(view: PromptView): number[] {
  const parent = view.parent?.tokens ?? decisions.map(() => 0);
  return [...factsOf(view).map(promptToken), promptToken(standingOf(view)), ...parent];
}

function factsOf({ kind, competition }: PromptView): PromptWord[] {
  const { task, metric, features } = competition;
  return [
    kind,
    task,
    wantedOf(competition),
    metric,
    features.missingValues ? 'missing-values' : 'nothing-missing',
    features.textCategories ? 'text' : 'no-text',
    features.imbalanced ? 'imbalanced' : 'balanced',
    features.wide ? 'wide' : 'narrow',
    features.rows,
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
