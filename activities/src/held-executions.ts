import type { SandboxName } from '@ace/sandbox';

/** The executions that this process waits for now: they are somebody's, whoever started their workflow. */
export class HeldExecutions {
  readonly #holders = new Map<string, number>();

  has(name: SandboxName): boolean {
    return this.#holders.has(keyOf(name));
  }

  /** Holds the execution until `work` has ended, whatever came of it. */
  async during<T>(name: SandboxName, work: () => Promise<T>): Promise<T> {
    this.#count(name, 1);
    try {
      return await work();
    } finally {
      this.#count(name, -1);
    }
  }

  #count(name: SandboxName, change: 1 | -1): void {
    const holders = (this.#holders.get(keyOf(name)) ?? 0) + change;
    if (holders === 0) this.#holders.delete(keyOf(name));
    else this.#holders.set(keyOf(name), holders);
  }
}

const keyOf = ({ run, attempt, execution }: SandboxName): string =>
  JSON.stringify([run, attempt, execution]);
