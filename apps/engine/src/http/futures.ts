import { encodeSamples, encodeTrainingResult, type WireTrainingResult } from '@ace/policy/wire';
import { randomBytes } from 'node:crypto';
import { OperationError } from '../compute/thread.ts';
import type { SampledSequence } from '../model/sampler.ts';
import { RequestError } from './request-error.ts';

/** What a finished request gives. Samples and training results travel as protobuf to those who ask for it. */
export type FutureResult =
  | { kind: 'samples'; sequences: SampledSequence[] }
  | { kind: 'training'; result: WireTrainingResult }
  | { kind: 'json'; value: Record<string, unknown> };

export interface Answer {
  status: number;
  body: { json: unknown } | { protobuf: Uint8Array };
}

interface Future {
  /** Never rejects. */
  outcome: Promise<{ result: FutureResult } | { error: unknown }>;
}

/** Finished requests whose results are kept. */
const resultsKept = 4096;

/**
 * Requests by id. An id belongs to one life of the engine: after a restart it is unknown (404), never
 * another request's. The oldest results are dropped (410: submit again).
 */
export class Futures {
  private readonly life = randomBytes(6).toString('hex');
  private readonly futures = new Map<string, Future>();
  private readonly finished: string[] = [];
  private lastNumber = 0;
  private pending = 0;

  /** Takes up `work` and returns the id of its request. */
  add(work: Promise<FutureResult>): string {
    const id = `${this.life}-${++this.lastNumber}`;
    this.pending += 1;
    const outcome = work.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    this.futures.set(id, { outcome });
    void outcome.then(() => this.finish(id));
    return id;
  }

  /** The answer to `retrieve_future`; 408 when the request is not finished within `waitMs`. */
  async retrieve(id: string, waitMs: number, wantsProtobuf: boolean): Promise<Answer> {
    const future = this.futures.get(id) ?? this.unknown(id);
    const outcome = await within(future.outcome, waitMs);
    if (outcome === null) {
      const json = { type: 'try_again', request_id: id, queue_state: 'active', detail: 'pending' };
      return { status: 408, body: { json } };
    }
    return 'result' in outcome ? success(outcome.result, wantsProtobuf) : failure(outcome.error);
  }

  /** Resolves when no request is unfinished. */
  async settled(): Promise<void> {
    while (this.pending > 0) {
      await Promise.all([...this.futures.values()].map(({ outcome }) => outcome));
      await new Promise(setImmediate);
    }
  }

  private unknown(id: string): never {
    const [life, number] = id.split('-');
    if (life === this.life && Number(number) >= 1 && Number(number) <= this.lastNumber) {
      throw new RequestError(410, `The result of request ${id} is no longer held`);
    }
    throw new RequestError(404, `Unknown request ${id}`);
  }

  private finish(id: string): void {
    this.pending -= 1;
    this.finished.push(id);
    const oldest = this.finished.length > resultsKept ? this.finished.shift() : undefined;
    if (oldest !== undefined) this.futures.delete(oldest);
  }
}

function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([promise, timeUp]).finally(() => clearTimeout(timer));
}

function success(result: FutureResult, wantsProtobuf: boolean): Answer {
  if (result.kind === 'json') return { status: 200, body: { json: result.value } };
  const body = wantsProtobuf ? { protobuf: protobufOf(result) } : { json: jsonOf(result) };
  return { status: 200, body };
}

/** The request's own fault is status 400; the engine's is status 200 with `error` and `category`. */
function failure(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  const isUser = error instanceof OperationError && error.category === 'user';
  return isUser
    ? { status: 400, body: { json: { detail: message } } }
    : { status: 200, body: { json: { error: message, category: 'server' } } };
}

type Bulky = Exclude<FutureResult, { kind: 'json' }>;

const protobufOf = (result: Bulky): Uint8Array =>
  result.kind === 'samples' ? encodeSamples(result.sequences) : encodeTrainingResult(result.result);

function jsonOf(result: Bulky): unknown {
  if (result.kind === 'samples') {
    const sequences = result.sequences.map(({ tokens, logprobs, stopReason }) => ({
      ...{ tokens, logprobs, stop_reason: stopReason },
    }));
    return { type: 'sample', sequences };
  }
  const { logprobs, elementwiseLoss, metrics } = result.result;
  const tensor = (data: readonly number[]) => ({ data, dtype: 'float32', shape: [data.length] });
  return {
    loss_fn_output_type: 'ArrayRecord',
    loss_fn_outputs: logprobs.map((row, index) => ({
      logprobs: tensor(row),
      elementwise_loss: tensor(elementwiseLoss[index] ?? []),
    })),
    metrics,
  };
}
