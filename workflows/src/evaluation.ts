import type { EvaluationInput } from '@ace/activities';
import { PhaseKind, Track } from '@ace/config/pure';
import { records, steps, waiting } from './activities.ts';
import { showPhase } from './child-display.ts';
import { runGroups } from './training-iteration.ts';

/** The fixed evaluation of one policy version: root drafts only, the same addressed seeds for every version. */
export async function evaluation(input: EvaluationInput): Promise<void> {
  const { run, version } = input;
  showPhase('Waits for its turn.');
  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Evaluate, index: version } });
  showPhase('Generates root drafts.');
  const { slots } = await records.layOutEvaluation(input);
  await steps.generateEvaluation(input);
  await runGroups(run, Track.Evaluation, version, slots);
}
