import type Docker from 'dockerode';
import type { ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeName } from '../names.ts';
import type { SandboxName } from '../port.ts';
import { SandboxInfrastructureError } from '../port.ts';
import { ask, askForAWhile, asInfrastructure, statusOf } from './engine.ts';
import { SandboxImageMissingError } from './errors.ts';
import { containerName, label, labelsOf, nameOf } from './labels.ts';

/** An engine under load may take its time; one that takes longer is gone. */
const answerMs = 30_000;
const removeMs = 60_000;
/** Between two looks at whether the engine is still there while a container runs. */
const waitMs = 2_000;
const [alreadyThere, unknown, conflict] = [304, 404, 409];

/** What an engine knows of the containers of one installation; no other container is ever touched. */
export class Containers {
  readonly #docker: Docker;
  readonly #installation: string;

  constructor(docker: Docker, installation: string) {
    this.#docker = docker;
    this.#installation = installation;
  }

  /** Null when there is none. Throws SandboxInfrastructureError when its name belongs to a foreign one. */
  async inspect(name: SandboxName): Promise<ContainerInspectInfo | null> {
    const found = await this.#look(name);
    if (found === null || this.#isOwn(name, found)) return found;
    throw new SandboxInfrastructureError(
      `container ${found.Name} has the name of ${describeName(name)} without its labels: it is not ours`,
    );
  }

  /** Whether there is one; a foreign one of its name is none. */
  async has(name: SandboxName): Promise<boolean> {
    const found = await this.#look(name);
    return found !== null && this.#isOwn(name, found);
  }

  /** The new one's id; null when there is one of that name already. */
  async create(options: ContainerCreateOptions): Promise<string | null> {
    try {
      const made = await this.#unless([conflict], 'create a container', answerMs, (abortSignal) =>
        this.#docker.createContainer({ ...options, abortSignal }),
      );
      return made?.id ?? null;
    } catch (error) {
      const cause = error instanceof SandboxInfrastructureError ? error.cause : null;
      const isImage =
        statusOf(cause) === unknown && /no such image/i.test((cause as Error).message);
      throw isImage ? new SandboxImageMissingError(options.Image ?? '') : error;
    }
  }

  /** Resolves when a container whose name is taken is there: an engine takes the name first. */
  async untilCreated(name: SandboxName): Promise<void> {
    for (const end = Date.now() + answerMs; (await this.inspect(name)) === null; await sleep(20)) {
      if (Date.now() < end) continue;
      throw new SandboxInfrastructureError(`${describeName(name)} has a name but no container`);
    }
  }

  /** Does nothing to a container that runs or has run since the caller looked. */
  async start(name: SandboxName): Promise<void> {
    await this.#unless([alreadyThere], 'start a container', answerMs, (abortSignal) =>
      this.#container(name).start({ abortSignal }),
    );
  }

  /**
   * Resolves when the container does not run, or is gone; false when `signal` aborted first. It must have been
   * started. Waits on the container, and asks again every few seconds: a lost engine does not end a wait.
   * `id`: its id, where that is known.
   */
  async untilStopped(name: SandboxName, signal?: AbortSignal, id?: string): Promise<boolean> {
    const container = id === undefined ? this.#container(name) : this.#docker.getContainer(id);
    while (!signal?.aborted) {
      const call = (abortSignal: AbortSignal) =>
        container.wait({ abortSignal }).catch((error: unknown) => {
          if (statusOf(error) === unknown) return 'gone';
          throw error;
        });
      if ((await askForAWhile('wait for a container', waitMs, call, signal)) !== null) return true;
      if (!signal?.aborted && !isRunning(await this.inspect(name))) return true;
    }
    return false;
  }

  /** Kills everything in it; does nothing to one that does not run. */
  async kill(name: SandboxName): Promise<void> {
    await this.#unless([unknown, conflict], 'kill a container', answerMs, (abortSignal) =>
      this.#container(name).kill({ abortSignal }),
    );
  }

  /** Removes one that does not run, with its anonymous volumes; false when there is none of that id. */
  async remove(id: string): Promise<boolean> {
    const call = (abortSignal: AbortSignal): Promise<unknown> =>
      this.#docker.getContainer(id).remove({ v: true, abortSignal });
    return (await this.#unless([unknown], 'remove a container', removeMs, call)) !== null;
  }

  /** Every container of this installation, running or not. */
  async names(): Promise<SandboxName[]> {
    const filters = { label: [`${label.root}=${this.#installation}`] };
    const found = await this.#unless([], 'list its containers', answerMs, (abortSignal) =>
      this.#docker.listContainers({ all: true, filters, abortSignal }),
    );
    return (found ?? [])
      .map(({ Labels }) => nameOf(this.#installation, Labels))
      .filter((name) => name !== null);
  }

  #look(name: SandboxName): Promise<ContainerInspectInfo | null> {
    return this.#unless([unknown], 'inspect a container', answerMs, (abortSignal) =>
      this.#container(name).inspect({ abortSignal }),
    );
  }

  #container(name: SandboxName): Docker.Container {
    return this.#docker.getContainer(containerName(this.#installation, name));
  }

  /** What the engine answers, or null when it refuses with one of `statuses`. */
  async #unless<T>(
    statuses: number[],
    operation: string,
    ms: number,
    call: (abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    try {
      return await ask(operation, ms, call);
    } catch (error) {
      if (statuses.includes(statusOf(error) ?? 0)) return null;
      throw asInfrastructure(operation, error);
    }
  }

  #isOwn(name: SandboxName, found: ContainerInspectInfo): boolean {
    const wanted = labelsOf(this.#installation, name);
    return Object.entries(wanted).every(([key, value]) => found.Config.Labels[key] === value);
  }
}

/** Also one that somebody paused: it has not ended. */
export const isRunning = (found: ContainerInspectInfo | null): boolean =>
  found !== null && (found.State.Running || found.State.Paused || found.State.Restarting);

/** Made, but never started: whoever made it died over it. */
export const isUnstarted = (found: ContainerInspectInfo | null): boolean =>
  found?.State.Status === 'created';
