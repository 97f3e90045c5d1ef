import { type ContainerSystem, startContainerSystem } from '../e2e/containers.ts';
import { startSystem, type Surroundings, type System } from '../e2e/system.ts';
import { SandboxKind } from '../src/sandbox-setting.ts';
import type { Leg } from './plan.ts';

/** The whole system, whose programs run now in one kind of sandbox, now in the other. */
export interface ChaosSystem extends System {
  /** Where they run now. */
  readonly sandbox: SandboxKind;
  /** The Docker engine and what is in it; null where no leg asks for one. */
  containers: Pick<ContainerSystem, 'docker' | 'dockerEngine'> | null;
  /** Has the next runs' programs run there: the worker starts again. */
  moveTo(sandbox: SandboxKind): Promise<void>;
}

/** Who is not root can give no shares; then programs are as quick as they are. */
const share = process.getuid?.() === 0 ? '0.2' : '';

/**
 * How an ordinary execution lasts about a second. In bubblewrap a program needs a fifth of a second of CPU time, and
 * gets a share of a core; in a container it imports its packages first, and takes longer than that as it is.
 */
const pace: Record<SandboxKind, Record<string, string>> = {
  [SandboxKind.Bubblewrap]: { ACE_SANDBOX_CPUS: share, ACE_SLOTS: '4' },
  [SandboxKind.Docker]: { ACE_SANDBOX_CPUS: '', ACE_SLOTS: '2' },
};

export async function startChaosSystem(legs: readonly Leg[]): Promise<ChaosSystem> {
  const needsDocker = legs.some(({ sandbox }) => sandbox === SandboxKind.Docker);
  let sandbox: SandboxKind = needsDocker ? SandboxKind.Docker : SandboxKind.Bubblewrap;
  // Also for what is provided before, and for the sweep at the end.
  process.env['ACE_SANDBOX'] = sandbox;
  const around: Surroundings = { workerEnvironment: () => pace[sandbox] };
  const containers = needsDocker ? await startContainerSystem('chaos', around) : null;
  const system = containers ?? (await startSystem(around));
  return {
    ...system,
    containers,
    get sandbox() {
      return sandbox;
    },
    async moveTo(wanted) {
      if (wanted === sandbox) return;
      sandbox = wanted;
      process.env['ACE_SANDBOX'] = wanted;
      await system.kill('worker');
      await system.revive();
    },
  };
}
