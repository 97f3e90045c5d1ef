import type { ContainerInspectInfo } from 'dockerode';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Limits } from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import { ExecutionStore } from '../execution-store.ts';
import { describeName, encodeName } from '../names.ts';
import type { Sandbox, SandboxName, SandboxResult, SandboxSpec, SandboxStatus } from '../port.ts';
import { SandboxInfrastructureError } from '../port.ts';
import { checkPublicData } from '../public-data.ts';
import { refuseNarrowShare } from '../share.ts';
import { admit } from './admission.ts';
import { checkEngine, longestTrialMs, trialRun, tryOut } from './availability.ts';
import { BegunContainers } from './begun.ts';
import { type ContainerMounts, containerOptions } from './container.ts';
import { Containers, isRunning, isUnstarted } from './containers.ts';
import { SandboxEngineLostError, SandboxNoSpaceError } from './errors.ts';
import {
  type DockerHost,
  type DockerImage,
  type DockerOptions,
  prepareDockerHost,
} from './host.ts';
import { installationOf } from './installation.ts';
import { outOfMemory } from './out-of-memory.ts';
import { ResultFolder } from './result-folder.ts';

/** What this implementation offers beyond the port. */
export interface DockerSandbox extends Sandbox {
  /** The image that containers are made of now: for the record of every attempt. */
  image(): Promise<DockerImage>;
}

/** What a container's folder says of it. */
interface StoredSpec {
  limits: Limits;
  /** The engine's id of it. */
  image: string;
}

/** From the start of a container until its program has begun. */
const beginMs = 60_000;
const stopMs = 45_000;

/**
 * The port by containers of a Docker engine. A container is an execution: it carries its name as labels from
 * its creation on, and its first process, which is ours, enforces every limit that the engine does not.
 */
export function createDockerSandbox(options: DockerOptions): DockerSandbox {
  return new DockerContainers(options);
}

class DockerContainers implements DockerSandbox {
  readonly kind = 'docker';
  readonly #options: DockerOptions;
  readonly #root: string;
  readonly #store: ExecutionStore;
  readonly #begun = new BegunContainers();
  #host: Promise<DockerHost> | null = null;
  #containers: Promise<Containers> | null = null;

  constructor(options: DockerOptions) {
    this.#options = options;
    this.#root = resolve(options.root);
    this.#store = new ExecutionStore(this.#root);
  }

  async check(): Promise<void> {
    await checkEngine(this.#options.docker);
    await tryOut(this, this.#root);
  }

  async image(): Promise<DockerImage> {
    return (await this.#prepared()).image;
  }

  async find(name: SandboxName): Promise<SandboxStatus> {
    if (this.#hasFinished(name)) return 'finished';
    return this.#standing(name, await (await this.#own()).inspect(name));
  }

  async start(name: SandboxName, spec: SandboxSpec): Promise<void> {
    const folder = this.#store.folder(name);
    // It comes before its container and goes after it: where there is none, nobody has to be asked.
    if (this.#store.exists(folder) && (await this.find(name)) !== 'absent') return;
    if (this.#options.cpus !== undefined) refuseNarrowShare(spec.limits, this.#options.cpus);
    await checkPublicData(spec.publicData);
    const [containers, host] = [await this.#own(), await this.#prepared()];
    const mounts = this.#mounts(name, spec);
    const wanted = containerOptions(host, this.#options, name, mounts, spec);
    let mayRemove = false;
    try {
      if (!this.#store.exists(folder)) await this.#publish(folder, spec, host.image.id);
      const made = await containers.create(wanted);
      mayRemove = made !== null;
      faultPoint(FaultPoint.ContainerCreated);
      if (made === null) {
        await containers.untilCreated(name);
        if ((await this.find(name)) !== 'absent') return;
      }
      await containers.start(name).catch((error: unknown) => {
        // Whoever made it cannot start it either: engines that were killed over a start refuse it for ever.
        mayRemove = true;
        throw error;
      });
      faultPoint(FaultPoint.ContainerStarted);
      await this.#begin(containers, name);
      if (made !== null) this.#begun.add(name, made);
    } catch (error) {
      // With the engine lost nobody knows what has begun; else nothing has, and the name is free again.
      if (!(error instanceof SandboxEngineLostError)) await this.#discardUnbegun(name, mayRemove);
      throw error;
    }
  }

  async wait(name: SandboxName, signal?: AbortSignal): Promise<void> {
    const containers = await this.#own();
    const begun = this.#begun.get(name);
    if (begun !== null && !begun.hasStopped) {
      begun.hasStopped = await containers.untilStopped(name, signal, begun.id);
    }
    signal?.throwIfAborted();
    if (this.#hasFinished(name) || !isRunning(await containers.inspect(name))) return;
    // The worker that started it may have died before it let the program begin.
    const isStillRunning = async () => isRunning(await containers.inspect(name));
    await admit(this.#results(name), isStillRunning, signal);
    await containers.untilStopped(name, signal);
    signal?.throwIfAborted();
  }

  async collect(name: SandboxName): Promise<SandboxResult> {
    if (this.#hasFinished(name)) return this.#stored(name);
    const found = await (await this.#own()).inspect(name);
    const status = this.#standing(name, found);
    if (status !== 'finished') {
      throw new SandboxInfrastructureError(`${describeName(name)} has no result: it is ${status}`);
    }
    const results = this.#results(name);
    return results.hasResult() || found === null
      ? this.#stored(name, found?.Image)
      : outOfMemory(found, results.path);
  }

  async stop(name: SandboxName): Promise<void> {
    const containers = await this.#own();
    if (!isRunning(await containers.inspect(name))) return;
    await containers.kill(name);
    if (await containers.untilStopped(name, AbortSignal.timeout(stopMs))) return;
    throw new SandboxInfrastructureError(`${describeName(name)} cannot be ended`);
  }

  async remove(name: SandboxName): Promise<void> {
    const containers = await this.#own();
    const begun = this.#begun.get(name);
    // In this order: a folder without a container is found by its name, whoever dies in between.
    if (!begun?.hasStopped || !(await containers.remove(begun.id))) {
      await this.#removeContainer(containers, name);
    }
    await this.#store.remove(name);
    this.#begun.forget(name);
  }

  async sweep(isOwned: (name: SandboxName) => Promise<boolean>): Promise<SandboxName[]> {
    const names = [...(await (await this.#own()).names()), ...(await this.#store.names())];
    const disowned: SandboxName[] = [];
    for (const name of new Map(names.map((one) => [encodeName(one), one])).values()) {
      if (this.#isTrialUnderWay(name) || (await isOwned(name))) continue;
      await this.stop(name);
      await this.remove(name);
      disowned.push(name);
    }
    await this.#store.discardAbandoned();
    return disowned;
  }

  /** Another worker may be starting beside the one that sweeps. */
  #isTrialUnderWay(name: SandboxName): boolean {
    if (name.run !== trialRun) return false;
    const found = statSync(this.#store.folder(name), { throwIfNoEntry: false });
    return found !== undefined && Date.now() - found.mtimeMs < longestTrialMs;
  }

  async #removeContainer(containers: Containers, name: SandboxName): Promise<void> {
    const found = await containers.inspect(name);
    if (isRunning(found)) {
      throw new SandboxInfrastructureError(`${describeName(name)} is running: stop it first`);
    }
    if (found !== null) await containers.remove(found.Id);
  }

  /** Whether this process knows so by itself. */
  #hasFinished(name: SandboxName): boolean {
    return (this.#begun.get(name)?.hasStopped ?? false) && this.#results(name).hasResult();
  }

  /** `image`: the engine's own word for it, if it was asked. */
  #stored(name: SandboxName, image?: string): SandboxResult {
    const result = this.#results(name).result(this.#store);
    return { ...result, image: image ?? this.#store.spec<StoredSpec>(name).image };
  }

  #standing(name: SandboxName, found: ContainerInspectInfo | null): SandboxStatus {
    const results = this.#results(name);
    if (isRunning(found)) return 'running';
    if (results.hasResult()) return 'finished';
    const { at } = results.state();
    if (isUnstarted(found) || (found === null && at === 'silent')) return 'absent';
    return found?.State.OOMKilled && at === 'started' ? 'finished' : 'lost';
  }

  /** Resolves when the program has begun; SandboxInfrastructureError when it did not, in words. */
  async #begin(containers: Containers, name: SandboxName): Promise<void> {
    const results = this.#results(name);
    const isStillRunning = async () => isRunning(await containers.inspect(name));
    await admit(results, isStillRunning, AbortSignal.timeout(beginMs));
    const state = results.state();
    if (state.at === 'started' || results.hasResult()) return;
    throw new SandboxInfrastructureError(
      `${describeName(name)} did not begin: ${state.at === 'failed' ? state.words : `its monitor is ${state.at}`}`,
    );
  }

  #mounts(name: SandboxName, { publicData }: SandboxSpec): ContainerMounts {
    const solution = join(this.#store.folder(name), 'solution.py');
    return { solution, publicData, results: this.#results(name).path };
  }

  async #publish(folder: string, { code, limits }: SandboxSpec, image: string): Promise<void> {
    try {
      const staged = this.#store.stage(code, { limits, image } satisfies StoredSpec);
      new ResultFolder(staged).create();
      await this.#rename(staged, folder);
    } catch (error) {
      const isFull = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
      throw isFull ? new SandboxNoSpaceError('prepare an execution', error) : error;
    }
  }

  /** Of two that do so at once one loses, and finds the other's folder. */
  async #rename(staged: string, folder: string): Promise<void> {
    try {
      renameSync(staged, folder);
    } catch (error) {
      await this.#store.discard(staged);
      if (!existsSync(folder)) throw error;
    }
  }

  #results(name: SandboxName): ResultFolder {
    return new ResultFolder(this.#store.folder(name));
  }

  /** Takes away an execution of whose program nothing has run, but no container that somebody else may start. */
  async #discardUnbegun(name: SandboxName, mayRemove: boolean): Promise<void> {
    const results = this.#results(name);
    if (results.state().at === 'started' || results.hasResult()) return;
    if (mayRemove) {
      await this.stop(name);
      await this.remove(name);
    } else if (!(await (await this.#own()).has(name))) await this.#store.remove(name);
  }

  /** Made once; a failure is not remembered, so that what was missing can be made up for meanwhile. */
  #prepared(): Promise<DockerHost> {
    this.#host ??= prepareDockerHost(this.#options);
    this.#host.catch(() => (this.#host = null));
    return this.#host;
  }

  #own(): Promise<Containers> {
    this.#containers ??= installationOf(this.#root).then(
      (installation) => new Containers(this.#options.docker, installation),
    );
    this.#containers.catch(() => (this.#containers = null));
    return this.#containers;
  }
}
