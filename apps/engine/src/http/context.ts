import type { ComputeThread } from '../compute/thread.ts';
import type { BaseModel } from '../model/base-model.ts';
import { RefusedError } from '../model/refused.ts';
import type { CheckpointStore } from '../store/store.ts';
import { type CheckpointPath, parsePath } from '../store/store.ts';
import type { Answer, FutureResult, Futures } from './futures.ts';
import type { Models } from './models.ts';
import { RequestError } from './request-error.ts';

/** What the handlers of requests share. */
export interface Context {
  bases: ReadonlyMap<string, BaseModel>;
  compute: ComputeThread;
  store: CheckpointStore;
  models: Models;
  futures: Futures;
}

/** A request as a handler sees it. */
export interface EngineRequest {
  bytes: Uint8Array;
  /** The parsed body of a JSON request. */
  json: unknown;
  wantsProtobuf: boolean;
}

export type Handler = (context: Context, request: EngineRequest) => Answer | Promise<Answer>;

export const answerJson = (json: unknown): Answer => ({ status: 200, body: { json } });

/** Takes up work and answers at once with the id under which its result is asked for. */
export function answerFuture(
  { futures }: Context,
  work: Promise<FutureResult>,
  more: Record<string, unknown> = {},
): Answer {
  return pending(futures.add(work), more);
}

export const pending = (requestId: string, more: Record<string, unknown> = {}): Answer =>
  answerJson({ request_id: requestId, future_id: requestId, status: 'pending', ...more });

/** A result that is JSON in either case. */
export const jsonResult = (value: Record<string, unknown>): FutureResult => ({
  kind: 'json',
  value,
});

/** @throws {@link RequestError} 400 for a base model that is not there. */
export function baseNamed({ bases }: Context, name: string): BaseModel {
  const base = bases.get(name);
  if (base) return base;
  throw new RequestError(400, `base_model: expected ${[...bases.keys()].join(', ')}, got ${name}`);
}

/** Runs a check of the model's rooms, turning its refusal into status 400. */
export function checking<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof RefusedError) throw new RequestError(400, error.message);
    throw error;
  }
}

/** A checkpoint that exists, or is being written for certain (425), or does not exist (404). */
export function existingCheckpoint(
  { models, store }: Context,
  text: string,
): { path: CheckpointPath; sha256: string } {
  const path = parsePath(text);
  if (path === null) {
    throw new RequestError(
      400,
      `expected tinker://<model>/<weights|sampler_weights>/<name>, got ${text}`,
    );
  }
  const saves = models.find(path.model)?.saves;
  if (saves?.get(`${path.kind}/${path.name}`) === 'pending') {
    throw new RequestError(425, `Checkpoint ${text} is still being written`);
  }
  const sha256 = store.hashOf(path);
  if (sha256 === null) throw new RequestError(404, `Checkpoint ${text} not found`);
  return { path, sha256 };
}
