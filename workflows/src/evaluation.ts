import type { EvaluationInput } from '@ace/activities';
import { PhaseKind, Track } from '@ace/config/pure';
import { records, steps, waiting } from './activities.ts';
import { runGroups } from './training-iteration.ts';

/** The fixed evaluation of one policy version: root drafts only, the same addressed seeds for every version. */
export async function evaluation(input: EvaluationInput): Promise<void> {
  const { run, version } = input;
  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Evaluate, index: version } });
  const { slots } = await records.layOutEvaluation(input);
  await steps.generateEvaluation(input);
  await runGroups(run, Track.Evaluation, version, slots);
}
