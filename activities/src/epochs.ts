import { claimEpoch, currentEpoch, readVersion } from '@ace/buffer';
import type { RunConfig } from '@ace/config';
import { addressedSeed } from '@ace/curriculum';
import type { TrainingModel } from '@ace/policy';
import type { ActivityDeps } from './deps.ts';

/** One model on the engine, claimed on the run: older epochs may neither send nor publish. */
export interface Epoch {
  epoch: number;
  model: TrainingModel;
  config: RunConfig;
  /** The version whose weights the model holds; null for fresh weights. */
  version: number | null;
}

/**
 * The epochs that this process holds. As long as nothing fails, an epoch goes on from version to version;
 * after any failure, here or elsewhere, the next step claims a new one and loads the published version.
 */
export function openEpochs(deps: ActivityDeps) {
  const held = new Map<string, Epoch>();

  /** Lends the epoch that stands at `version` to `step`, which makes the next version of it. */
  async function use(
    run: string,
    config: RunConfig,
    version: number | null,
    step: (epoch: Epoch) => Promise<void>,
  ): Promise<void> {
    const epoch = await epochAt(run, config, version);
    held.delete(run);
    await step(epoch);
    held.set(run, { ...epoch, version: version === null ? 0 : version + 1 });
  }

  async function epochAt(run: string, config: RunConfig, version: number | null): Promise<Epoch> {
    const current = await currentEpoch(deps.db, run);
    const mine = held.get(run);
    if (mine && mine.epoch === current && mine.version === version) return mine;
    const epoch = await claimEpoch(deps.db, run, current);
    return { epoch, config, version, model: await modelAt(run, config, version, epoch) };
  }

  async function modelAt(
    run: string,
    config: RunConfig,
    version: number | null,
    epoch: number,
  ): Promise<TrainingModel> {
    const seed = addressedSeed({ seed: config.seed, purpose: 'initial weights', parts: [] });
    const model = await deps.engineOf(config).createModel({ seed, sessionTag: `${run}#${epoch}` });
    if (version === null) return model;
    const published = await readVersion(deps.db, run, version);
    if (!published) throw new Error(`policy version ${version} is not published yet`);
    await model.load(published.statePath);
    return model;
  }

  return { use };
}
