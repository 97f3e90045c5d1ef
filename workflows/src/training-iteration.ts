import type { IterationInput } from '@ace/activities';
import { groupWorkflowId, PhaseKind, Track } from '@ace/config/pure';
import { records, steps, waiting } from './activities.ts';
import { runChild } from './children.ts';
import { executionGroup } from './execution-group.ts';
import { together } from './together.ts';

/** sample states → generate attempts → execute and grade → evolve the buffer → update the policy */
export async function trainingIteration(input: IterationInput): Promise<void> {
  const { run, iteration } = input;
  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Act, index: iteration } });
  const { slots } = await records.sample(input);
  await steps.generate(input);

  await runGroups(run, Track.Train, iteration, slots);

  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Learn, index: iteration } });
  await steps.evolve(input);
  await steps.update(input);
}

/** One child per slot, so that one failed group can be replayed alone. */
export async function runGroups(
  run: string,
  track: Track,
  iteration: number,
  slots: number,
): Promise<void> {
  const groups = Array.from({ length: slots }, (_, slot) => ({ run, track, iteration, slot }));
  await together(groups.map((group) => runChild(executionGroup, groupWorkflowId(group), group)));
}
