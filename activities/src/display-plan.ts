import { type IterationSummary, iterationSummary, type RunRecord } from '@ace/buffer';
import { defaultRecipe, learntUpTo, type RunInput } from '@ace/config';
import type { ActivityDeps } from './deps.ts';
import { isSearchable } from './searchable.ts';
import type { DisplayPlan } from './types.ts';

/** Iterations that the UI lists. */
const shown = 5;

/** What the UI shows of a run from its first moment on, also of one that is resumed from its record. */
export async function displayPlanOf(
  { db, temporal }: ActivityDeps,
  { run, config, cursor }: RunRecord,
  input: RunInput | null,
): Promise<DisplayPlan> {
  const recipe = input?.recipe ?? defaultRecipe;
  const last = learntUpTo(config, cursor);
  const first = Math.max(1, last - shown + 1);
  const summaries: IterationSummary[] = [];
  for (let iteration = first; iteration <= last; iteration++) {
    summaries.push(await iterationSummary(db, run, iteration));
  }
  return { recipe, searchable: await isSearchable(temporal), learnt: summaries };
}
