import type { Database } from '@ace/buffer';
import { FaultPoint } from '@ace/faults';
import { death, type Guard } from '../guard.ts';

/** Of growing the buffer and updating the policy. */
export const learnGuards: readonly Guard[] = [
  {
    name: 'evolve is one transaction',
    point: FaultPoint.InEvolveTransaction,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/evolution.ts',
        guarded: '  if (rowCount === 0) return;\n',
        unguarded: `  if (rowCount === 0) return;
  await tx.query('COMMIT');
  await tx.query('BEGIN');
`,
      },
    ],
  },
  {
    name: 'an iteration that is marked is left alone',
    point: FaultPoint.BufferEvolved,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/evolve.ts',
        guarded: '  if (await isEvolved(deps.db, run, iteration)) return;\n',
        unguarded: '',
      },
      {
        file: 'libs/buffer/src/evolution.ts',
        guarded: '  if (rowCount === 0) return;\n',
        unguarded: '',
      },
    ],
  },
  {
    name: 'a new epoch loads the published version',
    point: FaultPoint.OptimiserStepped,
    arrival: 2,
    iterations: 2,
    mishap: death,
    passages: [
      {
        file: 'activities/src/epochs.ts',
        guarded: '    await retiring(run, epoch, () => load(run, epoch));\n',
        unguarded: '',
      },
    ],
  },
  {
    name: 'both saves come before the row of the version',
    point: FaultPoint.StateSaved,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/update.ts',
        guarded: `  faultPoint(FaultPoint.StateSaved);
  const samplerPath = await model.saveForSampler(name);
  const sha256 = await deps.engineOf(config).checkpointHash(statePath);
  faultPoint(FaultPoint.CheckpointNotPublished);
  const publication = { version, epoch, sha256, statePath, samplerPath, steps };
  await publishVersion(deps.db, run, phase, publication).catch(refuseOtherHash);`,
        unguarded: `  const samplerPath = statePath.replace('/weights/', '/sampler_weights/');
  const sha256 = await deps.engineOf(config).checkpointHash(statePath);
  const publication = { version, epoch, sha256, statePath, samplerPath, steps };
  await publishVersion(deps.db, run, phase, publication).catch(refuseOtherHash);
  faultPoint(FaultPoint.StateSaved);
  await model.saveForSampler(name);`,
      },
    ],
  },
  {
    name: 'a model whose step failed is not used again',
    point: FaultPoint.CheckpointNotPublished,
    arrival: 2,
    mishap: { kind: 'database lost' },
    passages: [
      {
        file: 'activities/src/epochs.ts',
        guarded: '    held.delete(run);\n',
        unguarded: '',
      },
    ],
  },
  {
    name: 'an older epoch may not publish',
    point: FaultPoint.CheckpointNotPublished,
    arrival: 2,
    mishap: { kind: 'late worker', hasTakenUp: epochIsClaimed },
    passages: [
      {
        file: 'libs/buffer/src/versions.ts',
        guarded: 'if (current !== publication.epoch) throw',
        unguarded: 'if (current < publication.epoch) throw',
      },
    ],
  },
];

/** The first worker has the first one. */
async function epochIsClaimed(db: Database, run: string): Promise<boolean> {
  const { rowCount } = await db.pool.query('SELECT FROM runs WHERE run = $1 AND epoch = 2', [run]);
  return rowCount === 1;
}
