import { Worker } from 'node:worker_threads';
import type { BaseModel } from '../model/base-model.ts';
import type { Failure, InputOf, Job, Operation, Report, ResultOf } from './operations.ts';

/** An operation that gave no result. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly category: Failure['category'];

  constructor({ category, message }: Failure) {
    super(message);
    this.category = category;
  }
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** The one compute thread, seen from the thread that serves HTTP. */
export class ComputeThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(worker: Worker) {
    this.worker = worker;
    worker.on('message', (report: Report) => this.settle(report));
  }

  /** Resolves when the thread takes jobs. `onDeath` is called when it ends by itself. */
  static async start(
    bases: readonly BaseModel[],
    dataFolder: string,
    onDeath: (error: Error) => void,
  ): Promise<ComputeThread> {
    const worker = new Worker(new URL('./worker-entry.mjs', import.meta.url), {
      workerData: { bases, dataFolder },
    });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    worker.on('error', onDeath);
    return new ComputeThread(worker);
  }

  /** Queues one operation. Rejects with {@link OperationError}. */
  run<O extends Operation>(operation: O, input: InputOf<O>): Promise<ResultOf<O>> {
    const id = ++this.lastId;
    return new Promise<ResultOf<O>>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, operation, input } satisfies Job);
    });
  }

  private settle(report: Report): void {
    const waiting = this.waiting.get(report.id);
    this.waiting.delete(report.id);
    if ('failure' in report) waiting?.reject(new OperationError(report.failure));
    else waiting?.resolve(report.result as never);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
