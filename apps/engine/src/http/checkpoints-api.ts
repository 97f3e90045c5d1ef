import { parseInput } from '@ace/config';
import {
  loadWeightsSchema,
  saveForSamplerSchema,
  saveWeightsSchema,
  sweepSchema,
  weightsInfoSchema,
} from '@ace/policy/wire';
import { baseModelNameOf } from '../store/checkpoint.ts';
import { type CheckpointPath, formatPath } from '../store/store.ts';
import {
  answerFuture,
  answerJson,
  type Context,
  existingCheckpoint,
  type Handler,
  jsonResult,
} from './context.ts';
import { type ModelRecord, useNumber } from './models.ts';
import { RequestError } from './request-error.ts';

export const saveWeights: Handler = (context, { json }) => {
  const request = parseInput(saveWeightsSchema, json, 'save_weights');
  const model = context.models.model(request.model_id);
  const path = { model: model.id, kind: 'weights', name: request.path } as const;
  const saved = save(context, model, path, request.seq_id);
  const result = { path: formatPath(path), type: 'save_weights' };
  return answerFuture(
    context,
    saved.then(() => jsonResult(result)),
  );
};

/** Without a name the checkpoint gets one of its own, and a sampling session that samples from it. */
export const saveWeightsForSampler: Handler = (context, { json }) => {
  const request = parseInput(saveForSamplerSchema, json, 'save_weights_for_sampler');
  const model = context.models.model(request.model_id);
  const { path: given, sampling_session_seq_id: session, seq_id: number } = request;
  if (given == null && session == null) {
    throw new RequestError(422, 'expected path or sampling_session_seq_id');
  }
  const name = given ?? `ss${session}_seq${number}`;
  const path = { model: model.id, kind: 'sampler_weights', name } as const;
  const saved = save(context, model, path, number);
  const type = 'save_weights_for_sampler';
  return answerFuture(
    context,
    saved.then(() =>
      given == null
        ? jsonResult({ sampling_session_id: samplerFor(context, model, path), type })
        : jsonResult({ path: formatPath(path), type }),
    ),
  );
};

const samplerFor = ({ models }: Context, model: ModelRecord, checkpoint: CheckpointPath): string =>
  models.addSampler(model.session, { checkpoint });

/**
 * A name is used once; the number of a refused save counts as used, so that a save sent twice leaves no gap.
 * Throws at once what is wrong with the request.
 */
function save(
  { compute }: Context,
  model: ModelRecord,
  path: CheckpointPath,
  number: number,
): Promise<void> {
  const key = `${path.kind}/${path.name}`;
  useNumber(model, number);
  if (model.saves.has(key)) {
    throw new RequestError(409, `Checkpoint ${formatPath(path)} already exists`);
  }
  model.saves.set(key, 'pending');
  return compute.run('save', path).then(
    () => void model.saves.set(key, 'done'),
    (error: unknown) => {
      model.saves.delete(key);
      throw error;
    },
  );
}

/** Only a model's first call may load. */
export const loadWeights: Handler = (context, { json }) => {
  const request = parseInput(loadWeightsSchema, json, 'load_weights');
  const model = context.models.model(request.model_id);
  const { path: checkpoint } = existingCheckpoint(context, request.path);
  if (request.seq_id > 1) {
    throw new RequestError(400, `LoadWeights is not permitted with seq_id ${request.seq_id}`);
  }
  useNumber(model, request.seq_id);
  const { optimizer } = request;
  const loaded = context.compute.run('load', { modelId: model.id, checkpoint, optimizer });
  const result = { path: request.path, type: 'load_weights' };
  return answerFuture(
    context,
    loaded.then(() => jsonResult(result)),
  );
};

/** `sha256` is an extension: the SHA-256 of the checkpoint's bytes, which were read and found whole. */
export const weightsInfo: Handler = (context, { json }) => {
  const { tinker_path } = parseInput(weightsInfoSchema, json, 'weights_info');
  const { sha256 } = existingCheckpoint(context, tinker_path);
  const base_model = baseModelNameOf(context.store.read(sha256));
  return answerJson({ base_model, is_lora: false, lora_rank: null, sha256 });
};

/** An extension: deletes what nobody keeps. Checkpoints of live models stay. */
export const sweepCheckpoints: Handler = (context, { json }) => {
  const request = parseInput(sweepSchema, json, 'sweep_checkpoints');
  const swept = context.compute.run('sweep', {
    keep: request.keep,
    minimumAgeMs: 1000 * request.minimum_age_seconds,
  });
  return answerFuture(
    context,
    swept.then((result) => jsonResult({ ...result })),
  );
};
