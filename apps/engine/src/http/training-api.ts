import { parseInput } from '@ace/config';
import { decodeTrainingRequest, optimStepSchema, type WireTrainingRequest } from '@ace/policy/wire';
import type { ResultOf } from '../compute/operations.ts';
import { OperationError } from '../compute/thread.ts';
import {
  absentLosses,
  type ClipBounds,
  isClipped,
  isLossName,
  lossNames,
} from '../model/losses.ts';
import { alignedToTargets, sequenceOf } from '../model/sequences.ts';
import type { PassRequest } from '../model/trainer.ts';
import { sha256 } from '../store/checkpoint.ts';
import { checking, type Context, type Handler, jsonResult, pending } from './context.ts';
import type { FutureResult } from './futures.ts';
import { acceptOnce, type ModelRecord } from './models.ts';
import { RequestError } from './request-error.ts';

const clipKeys = ['clip_low_threshold', 'clip_high_threshold'];

export const forwardBackward: Handler = (context, { bytes }) => {
  const request = decodeTrainingRequest(bytes);
  const model = context.models.model(request.modelId);
  if (request.seqId < 1) throw new RequestError(422, 'seq_id: expected a number from 1');
  const work = absentLosses.includes(request.lossFn)
    ? () =>
        refused(`loss_fn: this engine has no ${request.lossFn}, expected ${lossNames.join(', ')}`)
    : passOf(context, model, request);
  const start = (): string => context.futures.add(work());
  return pending(acceptOnce(model, request.seqId, sha256(bytes), start));
};

export const optimStep: Handler = (context, { json, bytes }) => {
  const request = parseInput(optimStepSchema, json, 'optim_step');
  const model = context.models.model(request.model_id);
  const { adam_params: adam } = request;
  const settings = {
    ...{ learningRate: adam.learning_rate, beta1: adam.beta1, beta2: adam.beta2, eps: adam.eps },
    ...{ weightDecay: adam.weight_decay ?? 0, maximumNorm: adam.grad_clip_norm ?? 0 },
  };
  const start = (): string => {
    const stepped = context.compute.run('optimStep', { modelId: model.id, adam: settings });
    const result = stepped.then((metrics) => jsonResult({ metrics, type: 'optim_step' }));
    return context.futures.add(orLost(context, model, result));
  };
  return pending(acceptOnce(model, request.seq_id, sha256(bytes), start));
};

/** Checks the request as a whole; the returned function queues it. */
function passOf(
  context: Context,
  model: ModelRecord,
  request: WireTrainingRequest,
): () => Promise<FutureResult> {
  const { forwardOnly } = request;
  const pass = checking(() => passRequest(model, request));
  return () => {
    const done = context.compute.run('pass', { ...pass, modelId: model.id, forwardOnly });
    return orLost(
      context,
      model,
      done.then((result) => trainingResult(model, result)),
    );
  };
}

function passRequest(model: ModelRecord, request: WireTrainingRequest): PassRequest {
  const { lossFn: loss, data } = request;
  if (!isLossName(loss)) {
    throw new RequestError(422, `loss_fn: expected ${lossNames.join(', ')}, got ${loss}`);
  }
  if (data.length === 0) throw new RequestError(422, 'data: expected at least one datum');
  const sequences = data.map((datum, index) =>
    sequenceOf(model.base, datum, loss, `data.${index}`),
  );
  if (!sequences.some(({ weights }) => weights.some((weight) => weight !== 0))) {
    throw new RequestError(400, 'data: expected a weight other than 0');
  }
  return { loss, clip: clipOf(loss, request.lossFnConfig), sequences };
}

/** Bounds of the probability ratio, 1 = unchanged. */
function clipOf(loss: PassRequest['loss'], config: Record<string, number>): ClipBounds {
  const allowed = isClipped(loss) ? clipKeys : [];
  const unknown = Object.keys(config).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    throw new RequestError(
      422,
      `loss_fn_config.${unknown}: unknown, ${loss} takes ${allowed.join(', ') || 'none'}`,
    );
  }
  const { clip_low_threshold: low = 0.8, clip_high_threshold: high = 1.2 } = config;
  if (!(low >= 0 && low <= 1 && high >= 1 && Number.isFinite(high))) {
    throw new RequestError(
      422,
      `loss_fn_config: expected clip_low_threshold in [0, 1] and clip_high_threshold from 1, got ${low} and ${high}`,
    );
  }
  return { low, high };
}

function trainingResult({ base }: ModelRecord, result: ResultOf<'pass'>): FutureResult {
  const aligned = (rows: number[][]): number[][] => rows.map((row) => alignedToTargets(base, row));
  const { logprobs, losses, metrics } = result;
  return {
    kind: 'training',
    result: { logprobs: aligned(logprobs), elementwiseLoss: aligned(losses), metrics },
  };
}

const refused = (message: string): Promise<never> =>
  Promise.reject(new OperationError({ category: 'user', message }));

/** After a failure of the engine's own, nobody knows what the model holds: it is given up. */
async function orLost<T>(context: Context, model: ModelRecord, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OperationError && error.category === 'server') {
      context.models.drop(model.id);
      await context.compute.run('dropModel', { modelId: model.id });
    }
    throw error;
  }
}
