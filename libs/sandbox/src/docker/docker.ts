import type { ContainerInspectInfo } from 'dockerode';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Limits } from '@ace/config';
import { ExecutionStore } from '../execution-store.ts';
import { describeName, encodeName } from '../names.ts';
import type { Sandbox, SandboxName, SandboxResult, SandboxSpec, SandboxStatus } from '../port.ts';
import { SandboxInfrastructureError } from '../port.ts';
import { checkPublicData } from '../public-data.ts';
import { admit } from './admission.ts';
import { checkEngine, tryOut } from './availability.ts';
import { containerOptions } from './container.ts';
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
    return this.#standing(name, await (await this.#own()).inspect(name));
  }

  async start(name: SandboxName, spec: SandboxSpec): Promise<void> {
    if ((await this.find(name)) !== 'absent') return;
    await checkPublicData(spec.publicData);
    const [containers, host] = [await this.#own(), await this.#prepared()];
    const folder = this.#store.folder(name);
    const mounts = {
      ...{ solution: join(folder, 'solution.py'), publicData: spec.publicData },
      results: this.#results(name).path,
    };
    const wanted = containerOptions(host, this.#options, name, mounts, spec);
    let isOurs = false;
    try {
      if (!this.#store.exists(folder)) await this.#publish(folder, spec, host.image.id);
      isOurs = await containers.create(wanted);
      if (!isOurs) await containers.untilCreated(name);
      await this.#begin(containers, name);
    } catch (error) {
      // With the engine lost nobody knows what has begun; else nothing has, and the name is free again.
      if (!(error instanceof SandboxEngineLostError)) await this.#discardUnbegun(name, isOurs);
      throw error;
    }
  }

  async wait(name: SandboxName, signal?: AbortSignal): Promise<void> {
    const containers = await this.#own();
    const found = await containers.inspect(name);
    if (isRunning(found)) {
      // The worker that started it may have died before it let the program begin.
      const isStillRunning = async () => isRunning(await containers.inspect(name));
      await admit(this.#results(name), isStillRunning, signal);
      await containers.untilStopped(name, signal);
    }
    signal?.throwIfAborted();
  }

  async collect(name: SandboxName): Promise<SandboxResult> {
    const found = await (await this.#own()).inspect(name);
    const status = this.#standing(name, found);
    if (status !== 'finished') {
      throw new SandboxInfrastructureError(`${describeName(name)} has no result: it is ${status}`);
    }
    const results = this.#results(name);
    const image = found?.Image ?? (await this.#store.spec<StoredSpec>(name)).image;
    return results.hasResult() || found === null
      ? { ...(await results.result(this.#store)), image }
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
    const found = await containers.inspect(name);
    if (isRunning(found)) {
      throw new SandboxInfrastructureError(`${describeName(name)} is running: stop it first`);
    }
    // In this order: a folder without a container is found by its name, whoever dies in between.
    if (found !== null) await containers.remove(name);
    await this.#store.remove(name);
  }

  async sweep(isOwned: (name: SandboxName) => Promise<boolean>): Promise<SandboxName[]> {
    const names = [...(await (await this.#own()).names()), ...(await this.#store.names())];
    const disowned: SandboxName[] = [];
    for (const name of new Map(names.map((one) => [encodeName(one), one])).values()) {
      if (await isOwned(name)) continue;
      await this.stop(name);
      await this.remove(name);
      disowned.push(name);
    }
    await this.#store.discardAbandoned();
    return disowned;
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
    await containers.start(name);
    await admit(results, isStillRunning, AbortSignal.timeout(beginMs));
    const state = results.state();
    if (state.at === 'started' || results.hasResult()) return;
    throw new SandboxInfrastructureError(
      `${describeName(name)} did not begin: ${state.at === 'failed' ? state.words : `its monitor is ${state.at}`}`,
    );
  }

  async #publish(folder: string, spec: SandboxSpec, image: string): Promise<void> {
    try {
      const staged = await this.#store.stage(spec.code, {
        limits: spec.limits,
        image,
      } satisfies StoredSpec);
      await new ResultFolder(staged).create();
      await rename(staged, folder).catch(async (error: NodeJS.ErrnoException) => {
        await this.#store.discard(staged);
        if (!existsSync(folder)) throw error;
      });
    } catch (error) {
      const isFull = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
      throw isFull ? new SandboxNoSpaceError('prepare an execution', error) : error;
    }
  }

  #results(name: SandboxName): ResultFolder {
    return new ResultFolder(this.#store.folder(name));
  }

  /** Takes away an execution of whose program nothing has run, but no container that somebody else made. */
  async #discardUnbegun(name: SandboxName, isOurs: boolean): Promise<void> {
    const results = this.#results(name);
    if (results.state().at === 'started' || results.hasResult()) return;
    if (!isOurs && (await (await this.#own()).inspect(name)) !== null) return;
    await this.stop(name);
    await this.remove(name);
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
