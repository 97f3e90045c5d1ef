import type { AdamSettings } from '../model/adam.ts';
import type { PassRequest } from '../model/trainer.ts';
import type { SampledSequence, SamplingParams } from '../model/sampler.ts';
import type { CheckpointPath } from '../store/store.ts';

/** What a sampling request samples from: a checkpoint, or a base model as it is. */
export type SamplingSource = { checkpoint: CheckpointPath } | { baseModel: string };

/** The operations of the compute thread, in the order in which they were posted, one at a time. */
export interface Operations {
  createModel: { input: { modelId: string; baseModel: string; seed: number }; result: null };
  dropModel: { input: { modelId: string }; result: null };
  /** Rows as long as each sequence's decisions. */
  pass: {
    input: PassRequest & { modelId: string; forwardOnly: boolean };
    result: { logprobs: number[][]; losses: number[][]; metrics: Record<string, number> };
  };
  optimStep: { input: { modelId: string; adam: AdamSettings }; result: Record<string, number> };
  save: { input: CheckpointPath; result: null };
  load: {
    input: { modelId: string; checkpoint: CheckpointPath; optimizer: boolean };
    result: null;
  };
  sample: {
    input: { source: SamplingSource; prompt: number[]; params: SamplingParams };
    result: SampledSequence[];
  };
  sweep: { input: { keep: string[]; minimumAgeMs: number }; result: { deleted: number } };
}
export type Operation = keyof Operations;
export type InputOf<O extends Operation> = Operations[O]['input'];
export type ResultOf<O extends Operation> = Operations[O]['result'];

/** Why an operation has no result. `user`: the request is wrong; `server`: the engine failed at it. */
export interface Failure {
  category: 'user' | 'server';
  message: string;
}

export interface Job {
  id: number;
  operation: Operation;
  input: unknown;
}

export type Report = { id: number; result: unknown } | { id: number; failure: Failure };

/** Posted once, when the thread can take jobs. */
export const ready = 'ready';
