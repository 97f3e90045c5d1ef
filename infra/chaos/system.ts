import { type ContainerSystem, startContainerSystem } from '../e2e/containers.ts';
import { startSystem, type System } from '../e2e/system.ts';
import { SandboxKind } from '../src/sandbox-setting.ts';
import type { Leg } from './plan.ts';

/** The whole system, whose programs run now in one kind of sandbox, now in the other. */
export interface ChaosSystem extends System {
  /** Where they run now. */
  sandbox: SandboxKind;
  /** The Docker engine and what is in it; null where no leg asks for one. */
  containers: Pick<ContainerSystem, 'docker' | 'dockerEngine'> | null;
  /** Has the next runs' programs run there: the worker starts again. */
  moveTo(sandbox: SandboxKind): Promise<void>;
}

export async function startChaosSystem(legs: readonly Leg[]): Promise<ChaosSystem> {
  const needsDocker = legs.some(({ sandbox }) => sandbox === SandboxKind.Docker);
  const containers = needsDocker ? await startContainerSystem('chaos') : null;
  const system = containers ?? (await startWithoutContainers());
  const sandbox: SandboxKind = needsDocker ? SandboxKind.Docker : SandboxKind.Bubblewrap;
  const chaos: ChaosSystem = {
    ...system,
    ...{ containers, sandbox },
    async moveTo(wanted) {
      if (wanted === chaos.sandbox) return;
      process.env['ACE_SANDBOX'] = wanted;
      await system.kill('worker');
      await system.revive();
      chaos.sandbox = wanted;
    },
  };
  return chaos;
}

async function startWithoutContainers(): Promise<System> {
  process.env['ACE_SANDBOX'] = SandboxKind.Bubblewrap;
  return startSystem();
}
