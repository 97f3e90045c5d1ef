import type { Ends, GroupAddress } from '@ace/activities';
import { groupWorkflowId, scratchRunName } from '@ace/config/pure';
import { CancellationScope, uuid4 } from '@temporalio/workflow';
import { records, steps } from './activities.ts';
import { groupDisplay } from './child-display.ts';
import { runChild } from './children.ts';
import { executionGroup } from './execution-group.ts';
import { type Verification, verificationOf } from './verification.ts';

/** What came of a group's attempts that were not closed. */
export interface RetriedGroup {
  /** Its slot. */
  group: number;
  /** How many of its attempts were open. */
  open: number;
  /** How many of these are now valid, lost, or invalid for which reason. */
  became: Ends;
}

/**
 * Executes and grades what is open of one group, under the id under which its iteration would; so the two never do
 * the same twice. The run stays as it is: a blocked one waits for its own retry, which finds this in the record.
 */
export async function retryGroup(group: GroupAddress): Promise<RetriedGroup> {
  const { samples } = await records.readOpenGroup(group);
  const found = { group: group.slot, open: samples.length };
  if (samples.length === 0) return { ...found, became: {} };
  await runGroup(group);
  return { ...found, became: await records.countEnds({ ...group, samples }) };
}

/** execute and grade, in the scratch schema */
export async function verifyGroup(original: GroupAddress): Promise<Verification> {
  // Drawn here, so that it can be dropped even when nobody hears any more that it was laid out.
  const scratch = scratchRunName(original.run, original.iteration, uuid4().slice(0, 8));
  try {
    await steps.openScratchGroup({ ...original, scratch });
    await runGroup({ ...original, run: scratch });
    return verificationOf(await steps.compareScratchGroup({ ...original, scratch }), oneGroup);
  } finally {
    await CancellationScope.nonCancellable(() => steps.dropScratch({ scratch }));
  }
}

const oneGroup = 'sampling, generation, evolve and update: one group alone is executed and graded';

const runGroup = (group: GroupAddress): Promise<void> =>
  runChild(executionGroup, groupWorkflowId(group), group, groupDisplay(group));
