import { parseInput } from '@ace/config';
import {
  createModelSchema,
  createSamplingSessionSchema,
  createSessionSchema,
  heartbeatSchema,
  unloadModelSchema,
} from '@ace/policy/wire';
import { contextLength } from '../model/base-model.ts';
import { answerFuture, answerJson, baseNamed, type Handler, jsonResult } from './context.ts';
import { sourceOf } from './sampling-api.ts';

export const healthz: Handler = () => answerJson({ status: 'ok' });

export const serverCapabilities: Handler = ({ bases }) =>
  answerJson({
    supported_models: [...bases.values()].map((base) => ({
      model_name: base.name,
      max_context_length: contextLength(base) + 1,
      trainable: true,
      sampleable: true,
    })),
  });

export const createSession: Handler = ({ models }, { json }) => {
  parseInput(createSessionSchema, json, 'create_session');
  return answerJson({ type: 'create_session', session_id: models.openSession() });
};

export const sessionHeartbeat: Handler = ({ models }, { json }) => {
  models.beat(parseInput(heartbeatSchema, json, 'session_heartbeat').session_id);
  return answerJson({ type: 'session_heartbeat' });
};

/** Without a seed, the initial weights are those of seed 0: nothing here is random. */
export const createModel: Handler = (context, { json }) => {
  const request = parseInput(createModelSchema, json, 'create_model');
  const base = baseNamed(context, request.base_model);
  const { id } = context.models.addModel(request.session_id, base);
  const seed = request.lora_config?.seed ?? 0;
  const made = context.compute.run('createModel', { modelId: id, baseModel: base.name, seed });
  const result = { model_id: id, base_model: base.name, type: 'create_model' };
  return answerFuture(
    context,
    made.then(() => jsonResult(result)),
    result,
  );
};

export const unloadModel: Handler = (context, { json }) => {
  const { model_id: modelId } = parseInput(unloadModelSchema, json, 'unload_model');
  context.models.model(modelId);
  context.models.drop(modelId);
  const result = { model_id: modelId, type: 'unload_model' };
  const dropped = context.compute.run('dropModel', { modelId });
  return answerFuture(
    context,
    dropped.then(() => jsonResult(result)),
    result,
  );
};

export const createSamplingSession: Handler = (context, { json }) => {
  const request = parseInput(createSamplingSessionSchema, json, 'create_sampling_session');
  const source = sourceOf(context, request);
  const sampling_session_id = context.models.addSampler(request.session_id, source);
  return answerJson({ type: 'create_sampling_session', sampling_session_id });
};
