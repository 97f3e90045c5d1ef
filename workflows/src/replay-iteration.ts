import type { IterationInput } from '@ace/activities';
import { type ReplayInput, Track } from '@ace/config/pure';
import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { records, steps } from './activities.ts';
import { type RetriedGroup, retryGroup, verifyGroup } from './replay-group.ts';
import { runGroups } from './training-iteration.ts';
import { type Verification, verificationOf } from './verification.ts';

/** What came of it. */
export type Replayed =
  | ({ mode: 'retry'; run: string } & Partial<RetriedGroup>)
  | { mode: 'fork'; run: string }
  | ({ mode: 'verify' } & Verification);

/**
 * An iteration again. `retry`: a failed one goes on from what is stored. `verify`: done again from the record
 * beside the original, compared, and thrown away. `fork`: a new run shares everything up to it. The first two
 * are done with one `group` of it alone where the input names one.
 */
export async function replayIteration(input: ReplayInput): Promise<Replayed> {
  const { mode, run, iteration, ...more } = await records.planReplay(input);
  const { group: slot } = more;
  const group = slot === undefined ? null : { run, track: Track.Train, iteration, slot };
  switch (mode) {
    case 'retry':
      if (group) return { mode, run, ...(await retryGroup(group)) };
      await records.retryFailed({ run, iteration });
      return { mode, run };
    case 'fork': {
      const name = more.name ?? `${run}-fork-${shortId()}`;
      await records.startFork({ mode, run, iteration, ...more, name });
      return { mode, run: name };
    }
    case 'verify':
      return { mode, ...(await (group ? verifyGroup(group) : verify({ run, iteration }))) };
  }
}

/** sample → generate → execute and grade → evolve → update, in the scratch schema */
async function verify(original: IterationInput): Promise<Verification> {
  const { scratch, slots, regenerates } = await steps.openScratch({ ...original, id: shortId() });
  const { iteration } = original;
  const again = { run: scratch, iteration };
  try {
    if (regenerates) {
      await records.sample(again);
      await steps.generate(again);
    }
    await runGroups(scratch, Track.Train, iteration, slots);
    await steps.turnScratchToLearning({ ...original, scratch });
    await steps.evolve(again);
    if (regenerates) await steps.update(again);
    const tables = await steps.compareScratch({ ...original, scratch });
    return verificationOf(tables, regenerates ? null : notDeterministic);
  } finally {
    await CancellationScope.nonCancellable(() => steps.dropScratch({ scratch }));
  }
}

const notDeterministic =
  'sampling, generation and the update: the engine is not promised to be deterministic';

const shortId = (): string => workflowInfo().runId.slice(0, 8);
