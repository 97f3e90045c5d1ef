import { CancellationScope } from '@temporalio/workflow';

/**
 * Work that goes on at once. The first failure of any ends the wait; but once a cancellation was requested, the
 * wait lasts until all have ended: who closes over children or activities that are being cancelled loses them, and
 * nobody stops their sandboxes.
 */
export class Together {
  readonly #works: Promise<unknown>[] = [];
  #fail: (error: unknown) => void = () => undefined;
  readonly #failed = new Promise<never>((_, reject) => (this.#fail = reject));

  constructor(works: readonly Promise<unknown>[] = []) {
    this.#failed.catch(() => undefined);
    for (const work of works) void this.add(work);
  }

  add<T>(work: Promise<T>): Promise<T> {
    this.#works.push(work);
    work.catch(this.#fail);
    return work;
  }

  /** @throws the first failure of any, if that comes earlier. */
  until<T>(work: Promise<T>): Promise<T> {
    return this.#heeding(Promise.race([work, this.#failed]));
  }

  /** @throws the first failure of any. */
  async all(): Promise<void> {
    await this.#heeding(Promise.all(this.#works));
  }

  async #heeding<T>(wait: Promise<T>): Promise<T> {
    try {
      return await wait;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) await Promise.allSettled(this.#works);
      throw error;
    }
  }
}

/** As `Promise.all`, and see {@link Together}. */
export const together = (works: readonly Promise<unknown>[]): Promise<void> =>
  new Together(works).all();
