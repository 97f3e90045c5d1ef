import type { GroupAddress, IterationInput, IterationSummary } from '@ace/activities';
import { groupWorkflowId, PhaseKind, Track } from '@ace/config/pure';
import { records, steps, waiting } from './activities.ts';
import { groupDisplay, showPhase } from './child-display.ts';
import { runChild } from './children.ts';
import { executionGroup } from './execution-group.ts';

/** sample states → generate attempts → execute and grade → evolve the buffer → update the policy */
export async function trainingIteration(input: IterationInput): Promise<IterationSummary> {
  const { run, iteration } = input;
  showPhase('Waits for its turn to act.');
  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Act, index: iteration } });
  showPhase('Chooses states and generates attempts.');
  const { slots } = await records.sample(input);
  await steps.generate(input);

  await runGroups(run, Track.Train, iteration, slots);

  showPhase('All groups are done. Waits for its turn to learn.');
  await waiting.awaitTurn({ run, phase: { kind: PhaseKind.Learn, index: iteration } });
  showPhase(`Grows the buffer, then updates the policy to version ${iteration}.`);
  const summary = await steps.evolve(input);
  await steps.update(input);
  showPhase(`Policy version ${iteration} is published.`);
  return summary;
}

/** One child per slot, so that one failed group can be replayed alone. */
export async function runGroups(
  run: string,
  track: Track,
  iteration: number,
  slots: number,
): Promise<void> {
  const groups = Array.from({ length: slots }, (_, slot) => ({ run, track, iteration, slot }));
  let done = 0;
  const show = (): void => showPhase(`Executes: ${done} of ${slots} groups are done.`);
  const runGroup = async (group: GroupAddress): Promise<void> => {
    await runChild(executionGroup, groupWorkflowId(group), group, groupDisplay(group));
    done += 1;
    show();
  };
  show();
  await Promise.all(groups.map(runGroup));
}
