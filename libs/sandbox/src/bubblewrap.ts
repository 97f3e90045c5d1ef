import { resolve } from 'node:path';
import {
  checkNamespaces,
  checkPackages,
  checkShares,
  checkVersion,
  findBwrap,
} from './availability.ts';
import { ExecutionStore } from './execution-store.ts';
import { type Host, prepareHost, supervisorSpec } from './host.ts';
import { trialCommand } from './layout.ts';
import { askToStop, isAlive, untilDead } from './lifeline.ts';
import { describeName } from './names.ts';
import type { Sandbox, SandboxName, SandboxResult, SandboxSpec, SandboxStatus } from './port.ts';
import { SandboxInfrastructureError, SandboxUnavailableError } from './port.ts';
import { endParents } from './preloaded-parent.ts';
import { checkPublicData } from './public-data.ts';
import { refuseNarrowShare } from './share.ts';
import { reap, startSupervisor } from './supervisor.ts';

export interface BubblewrapOptions {
  /** Host folder, on a local file system, for what executions leave: one folder each. */
  root: string;
  /** Interpreter of the virtual environment that programs get; it also runs the supervisors. */
  python: string;
  /** The bwrap program; the first on the PATH unless given. */
  bwrap?: string;
  /** Fork programs off a parent that has imported their packages, where that is possible: as root. */
  preload?: boolean;
  /** Count and limit by control groups where that is possible (as root), else by polling; true unless given. */
  controlGroups?: boolean;
  /** Processor time per second of a program, which takes control groups; as much as there is unless given. */
  cpus?: number;
}

/** What this implementation offers beyond the port. */
export interface BubblewrapSandbox extends Sandbox {
  /** Whether programs are forks of a preloaded parent; else each starts its own interpreter. */
  readonly preloaded: boolean;
  /** Ends the preloaded parents of this root; the next execution starts one again. Executions go on. */
  endPreloaded(): Promise<void>;
}

/** How long a supervisor has to end its sandbox before it is ended by force. */
const stopMs = 45_000;
const forcedStopMs = 30_000;

export function createBubblewrapSandbox(options: BubblewrapOptions): BubblewrapSandbox {
  return new Bubblewrap(options);
}

class Bubblewrap implements BubblewrapSandbox {
  readonly kind = 'bubblewrap';
  readonly preloaded: boolean;
  readonly #options: BubblewrapOptions;
  readonly #root: string;
  readonly #store: ExecutionStore;
  #host: Promise<Host> | null = null;

  constructor(options: BubblewrapOptions) {
    this.#options = options;
    this.#root = resolve(options.root);
    this.#store = new ExecutionStore(this.#root);
    this.preloaded = options.preload !== false && process.getuid?.() === 0;
  }

  async check(): Promise<void> {
    await checkVersion(findBwrap(this.#options.bwrap));
    const { layout } = await this.#prepared();
    checkPackages(layout.environment);
    await checkNamespaces(trialCommand(layout), layout.root);
    const { python, cpus, controlGroups = true } = this.#options;
    if (cpus !== undefined) await checkShares(python, cpus, controlGroups);
  }

  async find(name: SandboxName): Promise<SandboxStatus> {
    const folder = this.#store.folder(name);
    // In this order: a result is stored before its supervisor ends.
    if (isAlive(folder)) return 'running';
    if (this.#store.hasResult(folder)) return 'finished';
    if (!this.#store.exists(folder)) return 'absent';
    await this.#clear(folder);
    return 'lost';
  }

  async start(name: SandboxName, spec: SandboxSpec): Promise<void> {
    const folder = this.#store.folder(name);
    if (this.#store.exists(folder)) return;
    refuseGpus(spec);
    if (this.#options.cpus !== undefined) refuseNarrowShare(spec.limits, this.#options.cpus);
    await checkPublicData(spec.publicData);
    const host = await this.#prepared();
    const staged = this.#store.stage(spec.code, supervisorSpec(host, folder, spec));
    try {
      await startSupervisor(this.#options.python, staged, folder);
    } catch (error) {
      // Nothing of the program has run, so the name is free again.
      await this.#discardUnstarted(name);
      throw error;
    } finally {
      await this.#store.discard(staged);
    }
  }

  async wait(name: SandboxName, signal?: AbortSignal): Promise<void> {
    await untilDead(this.#store.folder(name), signal);
    signal?.throwIfAborted();
  }

  async collect(name: SandboxName): Promise<SandboxResult> {
    const status = await this.find(name);
    if (status === 'finished') return this.#store.result(this.#store.folder(name));
    throw new SandboxInfrastructureError(`${describeName(name)} has no result: it is ${status}`);
  }

  async stop(name: SandboxName): Promise<void> {
    const folder = this.#store.folder(name);
    if (!askToStop(folder) || !(await untilDead(folder, AbortSignal.timeout(stopMs)))) {
      if (isAlive(folder)) await this.#force(name);
    }
    await this.#clear(folder);
  }

  async remove(name: SandboxName): Promise<void> {
    const folder = this.#store.folder(name);
    if (isAlive(folder)) {
      throw new SandboxInfrastructureError(`${describeName(name)} is running: stop it first`);
    }
    await this.#clear(folder);
    await this.#store.remove(name);
  }

  async sweep(isOwned: (name: SandboxName) => Promise<boolean>): Promise<SandboxName[]> {
    const disowned: SandboxName[] = [];
    for (const name of await this.#store.names()) {
      if (await isOwned(name)) continue;
      await this.stop(name);
      await this.remove(name);
      disowned.push(name);
    }
    await this.#store.discardAbandoned();
    return disowned;
  }

  async endPreloaded(): Promise<void> {
    await endParents(this.#root);
  }

  /** Made once; a failure is not remembered, so that what was missing can be installed meanwhile. */
  #prepared(): Promise<Host> {
    const { python, bwrap, controlGroups = true, cpus = null } = this.#options;
    this.#host ??= prepareHost({
      ...{ root: this.#root, python, bwrap: () => findBwrap(bwrap) },
      ...{ preload: this.preloaded, controlGroups, cpus },
    });
    this.#host.catch(() => (this.#host = null));
    return this.#host;
  }

  /** Removes what an execution left outside of its folder, where there is anything. */
  async #clear(folder: string): Promise<void> {
    if (this.#store.hasGroups(folder)) await reap(this.#options.python, folder);
  }

  async #force(name: SandboxName): Promise<void> {
    const folder = this.#store.folder(name);
    await reap(this.#options.python, folder, true);
    if (await untilDead(folder, AbortSignal.timeout(forcedStopMs))) return;
    throw new SandboxInfrastructureError(`${describeName(name)} cannot be ended`);
  }

  async #discardUnstarted(name: SandboxName): Promise<void> {
    const folder = this.#store.folder(name);
    await untilDead(folder, AbortSignal.timeout(stopMs));
    if ((await this.find(name)) === 'lost') await this.#store.remove(name);
  }
}

function refuseGpus({ gpus = 0 }: SandboxSpec): void {
  if (gpus === 0) return;
  throw new SandboxUnavailableError(
    `the run asks for ${gpus} GPUs (sandbox.gpus), which bubblewrap cannot hand out: set ACE_SANDBOX=docker`,
  );
}
