import { claimEpoch, currentEpoch, type Origin, readRun, readVersion } from '@ace/buffer';
import type { RunConfig } from '@ace/config';
import { addressedSeed } from '@ace/curriculum';
import { FaultPoint, faultPoint } from '@ace/faults';
import { EngineRefusedError, type TrainingModel } from '@ace/policy';
import type { ActivityDeps } from './deps.ts';
import { businessFailure } from './failures.ts';
import { openRetired } from './retired-epochs.ts';

/** One model on the engine, claimed on the run: older epochs may neither send nor publish. */
export interface Epoch {
  epoch: number;
  model: TrainingModel;
  config: RunConfig;
  /** The version whose weights the model holds; null for those that the run begins with. */
  version: number | null;
}

/**
 * The epochs that this process holds. As long as nothing fails, an epoch goes on from version to version;
 * after any failure, here or elsewhere, the next step claims a new one and loads the published version. The
 * models of epochs that this process gave up are unloaded; those of other processes are theirs.
 */
export function openEpochs(deps: Pick<ActivityDeps, 'host' | 'db' | 'engineOf'>) {
  const held = new Map<string, Epoch>();
  const retired = openRetired(deps.db);

  /** Lends the epoch that stands at `version` to `step`, which makes the next version of it. */
  async function use(
    run: string,
    config: RunConfig,
    version: number | null,
    step: (epoch: Epoch) => Promise<void>,
  ): Promise<void> {
    const epoch = await epochAt(run, config, version);
    await retiring(run, epoch, () => step(epoch));
    const next = version === null ? 0 : version + 1;
    hold(run, { ...epoch, version: next });
    retired.letGo(run, next);
  }

  /** What it returns is no longer held: nobody else uses it, or retires it. */
  async function epochAt(run: string, config: RunConfig, version: number | null): Promise<Epoch> {
    const current = await currentEpoch(deps.db, run);
    const mine = held.get(run);
    held.delete(run);
    if (mine && mine.epoch === current && mine.version === version) return mine;
    if (mine) retired.add(run, mine);
    retired.letGo(run, version);
    const claimed = await claimEpoch(deps.db, run, current, deps.host);
    faultPoint(FaultPoint.EpochClaimed);
    const epoch = { epoch: claimed, config, version, model: await modelOf(run, config, claimed) };
    faultPoint(FaultPoint.ModelMade);
    await retiring(run, epoch, () => load(run, epoch));
    return epoch;
  }

  const modelOf = (run: string, config: RunConfig, epoch: number): Promise<TrainingModel> => {
    const seed = addressedSeed({ seed: config.seed, purpose: 'initial weights', parts: [] });
    return deps.engineOf(config).createModel({ seed, sessionTag: `${run}#${epoch}` });
  };

  async function load(run: string, { version, model }: Epoch): Promise<void> {
    if (version === null) return begin(run, model);
    const published = await readVersion(deps.db, run, version);
    if (!published) throw new Error(`policy version ${version} is not published yet`);
    await model.load(published.statePath);
  }

  /**
   * Weights and optimiser moments of the version that the run goes on from, so that its first step is the one
   * that the earlier run would have done next: moments of zero would make Adam's first steps the largest.
   */
  async function begin(run: string, model: TrainingModel): Promise<void> {
    const origin = (await readRun(deps.db, run))?.origin;
    if (!origin) return;
    await model.load(origin.statePath).catch((error: unknown) => refuseOrigin(origin, error));
  }

  async function retiring(run: string, epoch: Epoch, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      retired.add(run, epoch);
      throw error;
    }
  }

  /** Of two steps that overlapped, the newer epoch stays. */
  function hold(run: string, epoch: Epoch): void {
    const other = held.get(run);
    const [older, newer] = other && other.epoch > epoch.epoch ? [epoch, other] : [other, epoch];
    if (older) retired.add(run, older);
    held.set(run, newer);
  }

  return { use };
}

/** What the engine refuses to load today, it refuses tomorrow. */
function refuseOrigin({ run, version }: Origin, error: unknown): never {
  if (!(error instanceof EngineRefusedError)) throw error;
  throw businessFailure(
    'InvalidInput',
    `run input: startFrom: the engine refuses version ${version} of run "${run}", which this run begins with: ` +
      `${error.message}. Start a run of another name with startFrom "scratch".`,
  );
}
