import {
  configAt,
  currentEpoch,
  NotDeterministicError,
  publishVersion,
  readBatch,
  readVersion,
  type UpdateStep,
} from '@ace/buffer';
import { type Phase, PhaseKind } from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { type Epoch, openEpochs } from './epochs.ts';
import { businessFailure } from './failures.ts';
import { whileAlive } from './liveness.ts';
import { train } from './optimise.ts';
import { requireRun } from './run.ts';
import type { IterationInput } from './types.ts';

const firstPhase: Phase = { kind: PhaseKind.Initialise, index: 0 };

/** The policy's update: the second half of learn. A version is published by one row, first writer wins. */
export function updateActivities(deps: ActivityDeps) {
  const epochs = openEpochs(deps);
  return {
    /** Creates the policy, from what the run begins with, and publishes version 0. */
    initialise({ run }: { run: string }): Promise<void> {
      return whileAlive(async () => {
        const { config } = await requireRun(deps, run);
        if (await readVersion(deps.db, run, 0)) return;
        await epochs.use(run, config, null, (epoch) =>
          saveAndPublish(deps, run, firstPhase, epoch, []),
        );
      });
    },

    /** Trains version `iteration` from the one before and publishes it; a second call finds it published. */
    update({ run, iteration }: IterationInput): Promise<void> {
      return whileAlive(async () => {
        if (await readVersion(deps.db, run, iteration)) return;
        const config = configAt(await requireRun(deps, run), iteration);
        const phase = { kind: PhaseKind.Learn, index: iteration };
        const batch = await readBatch(deps.db, run, iteration);
        if (batch.length === 0) return keepVersion(deps, run, phase);
        await epochs.use(run, config, iteration - 1, async (epoch) => {
          const steps = await train(epoch.model, batch, config, iteration);
          faultPoint(FaultPoint.OptimiserStepped);
          await saveAndPublish(deps, run, phase, epoch, steps);
        });
      });
    },
  };
}

/** Both saves first, under names of this epoch; then the one row that makes them the version. */
async function saveAndPublish(
  deps: ActivityDeps,
  run: string,
  phase: Phase,
  { epoch, model, config }: Epoch,
  steps: UpdateStep[],
): Promise<void> {
  const version = phase.index;
  const name = `v${version}-epoch${epoch}`;
  const statePath = await model.saveState(name);
  faultPoint(FaultPoint.StateSaved);
  const samplerPath = await model.saveForSampler(name);
  const sha256 = await deps.engineOf(config).checkpointHash(statePath);
  faultPoint(FaultPoint.CheckpointNotPublished);
  const publication = { version, epoch, sha256, statePath, samplerPath, steps };
  await publishVersion(deps.db, run, phase, publication).catch(refuseOtherHash);
  faultPoint(FaultPoint.VersionPublished);
}

/** The same step gave other weights before: no retry mends that, and nothing of the second result counts. */
function refuseOtherHash(error: unknown): never {
  if (!(error instanceof NotDeterministicError)) throw error;
  throw businessFailure('EngineNotDeterministic', error.message);
}

/** No group carried a gradient: the version is the one before, and the record says so by its steps. */
async function keepVersion(deps: ActivityDeps, run: string, phase: Phase): Promise<void> {
  const before = await readVersion(deps.db, run, phase.index - 1);
  if (!before) throw new Error(`policy version ${phase.index - 1} is not published yet`);
  const epoch = await currentEpoch(deps.db, run);
  await publishVersion(deps.db, run, phase, {
    ...before,
    ...{ version: phase.index, epoch, steps: [] },
  });
}
