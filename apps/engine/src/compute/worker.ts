import { parentPort, workerData } from 'node:worker_threads';
import type { BaseModel } from '../model/base-model.ts';
import { RefusedError } from '../model/refused.ts';
import { startBackend } from '../model/trainer.ts';
import { CheckpointError } from '../store/checkpoint.ts';
import { Compute } from './compute.ts';
import { type Failure, type Job, ready, type Report } from './operations.ts';

/** The compute thread: takes one job after the other, in the order in which they were posted. */
const { bases, dataFolder } = workerData as { bases: BaseModel[]; dataFolder: string };

await startBackend();
const compute = new Compute(bases, dataFolder);
parentPort?.on('message', (job: Job) => parentPort?.postMessage(reportOf(job)));
parentPort?.postMessage(ready);

function reportOf({ id, operation, input }: Job): Report {
  const run = compute.operations[operation] as (input: unknown) => unknown;
  try {
    return { id, result: run(input) };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): Failure {
  const isRefused = error instanceof RefusedError || error instanceof CheckpointError;
  const message = error instanceof Error ? error.message : String(error);
  return { category: isRefused ? 'user' : 'server', message };
}
