import { encodeName } from '../names.ts';
import type { SandboxName } from '../port.ts';

/** A container that this process made and whose program it let begin. */
export interface Begun {
  /** The engine's own id: whoever gets the name later, this is no other container. */
  readonly id: string;
  hasStopped: boolean;
}

const most = 1000;

/**
 * What this process itself has seen of executions, so that it need not ask the engine: that one began and that one
 * stopped stays true whatever happens. A worker that comes later has seen nothing, and asks.
 */
export class BegunContainers {
  readonly #begun = new Map<string, Begun>();

  get(name: SandboxName): Begun | null {
    return this.#begun.get(encodeName(name)) ?? null;
  }

  add(name: SandboxName, id: string): void {
    this.#begun.set(encodeName(name), { id, hasStopped: false });
    // Others may have removed the oldest ones; forgotten means no more than asked for.
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > most && oldest !== undefined) this.#begun.delete(oldest);
  }

  forget(name: SandboxName): void {
    this.#begun.delete(encodeName(name));
  }
}
