import { z } from 'zod';

/**
 * The JSON calls below `/api/v1`. Requests are strict, so that an engine refuses what it would otherwise
 * silently ignore; answers are loose, because engines add fields of their own.
 */

const token = z.int().min(0);
const sequence = z.int().min(0);
/** A checkpoint's name: one path segment. */
const checkpointName = z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/);
const metadata = z.record(z.string(), z.unknown()).nullish();

export const promptSchema = z.strictObject({
  chunks: z.array(
    z.strictObject({ type: z.literal('encoded_text').optional(), tokens: z.array(token) }),
  ),
});

export const createSessionSchema = z.strictObject({
  tags: z.array(z.string()),
  user_metadata: metadata,
  sdk_version: z.string(),
  project_id: z.string().nullish(),
  display_name: z.string().nullish(),
  type: z.literal('create_session').optional(),
});

export const heartbeatSchema = z.strictObject({
  session_id: z.string(),
  type: z.literal('session_heartbeat').optional(),
});

export const createModelSchema = z.strictObject({
  session_id: z.string(),
  model_seq_id: sequence.optional(),
  base_model: z.string(),
  user_metadata: metadata,
  lora_config: z
    .strictObject({
      /** The embedded engine trains every weight, whatever the rank. */
      rank: z.int().min(1),
      seed: z.int().min(0).nullish(),
      train_unembed: z.literal(true).optional(),
      train_mlp: z.literal(true).optional(),
      train_attn: z.literal(true).optional(),
    })
    .nullish(),
  optimizer_config: z.strictObject({ type: z.literal('adamw') }).nullish(),
  type: z.literal('create_model').optional(),
});

export const createSamplingSessionSchema = z.strictObject({
  session_id: z.string(),
  sampling_session_seq_id: sequence,
  base_model: z.string().nullish(),
  model_path: z.string().nullish(),
  type: z.literal('create_sampling_session').optional(),
});

const samplingParamsSchema = z.strictObject({
  max_tokens: z.int().min(1),
  seed: z.int().min(0),
  temperature: z.number().min(0).max(100).optional(),
  /** Token ids after which a sequence ends. */
  stop: z.array(token).nullish(),
  top_k: z.literal(-1).optional(),
  top_p: z.literal(1).optional(),
});

export const sampleSchema = z.strictObject({
  num_samples: z.int().min(1).max(4096).optional(),
  prompt: promptSchema,
  sampling_params: samplingParamsSchema,
  base_model: z.string().nullish(),
  model_path: z.string().nullish(),
  sampling_session_id: z.string().nullish(),
  seq_id: sequence.nullish(),
  prompt_logprobs: z.literal(false).nullish(),
  topk_prompt_logprobs: z.literal(0).optional(),
  topk_sample_logprobs: z.literal(0).optional(),
  prompt_alt_tokens_k: z.literal(0).optional(),
  record_stability_info: z.literal(false).nullish(),
  type: z.literal('sample').optional(),
});

export const adamSchema = z.strictObject({
  learning_rate: z.number().min(0),
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  eps: z.number().gt(0),
  weight_decay: z.number().min(0).optional(),
  /** Largest global norm of the gradient; 0 for no bound. */
  grad_clip_norm: z.number().min(0).optional(),
});

/** Every training call: the model, and its number among the model's calls, contiguous from 1. */
const trainingCall = { model_id: z.string(), seq_id: z.int().min(1) };

export const optimStepSchema = z.strictObject({
  ...trainingCall,
  adam_params: adamSchema,
  type: z.literal('optim_step').optional(),
});

export const saveWeightsSchema = z.strictObject({
  ...trainingCall,
  path: checkpointName,
  ttl_seconds: z.null().optional(),
  overwrite: z.literal(false).optional(),
  user_metadata: metadata,
  type: z.literal('save_weights').optional(),
});

export const saveForSamplerSchema = z.strictObject({
  ...trainingCall,
  path: checkpointName.nullish(),
  sampling_session_seq_id: sequence.nullish(),
  kind: z.literal('snapshot').optional(),
  ttl_seconds: z.null().optional(),
  user_metadata: metadata,
  type: z.literal('save_weights_for_sampler').optional(),
});

export const loadWeightsSchema = z.strictObject({
  ...trainingCall,
  path: z.string(),
  optimizer: z.boolean(),
  weights_access_token: z.null().optional(),
  type: z.literal('load_weights').optional(),
});

export const unloadModelSchema = z.strictObject({
  model_id: z.string(),
  type: z.literal('unload_model').optional(),
});

export const weightsInfoSchema = z.strictObject({ tinker_path: z.string() });

export const retrieveFutureSchema = z.strictObject({
  request_id: z.string(),
  allow_metadata_only: z.boolean().optional(),
});

/** The embedded engine's extension: checkpoints that may go are those whose path is not in `keep`. */
export const sweepSchema = z.strictObject({
  keep: z.array(z.string()),
  /** Younger checkpoints stay, because their publication may be under way. */
  minimum_age_seconds: z.number().min(0),
});

export const futureAnswer = z.looseObject({ request_id: z.string() });
export const sessionAnswer = z.looseObject({ session_id: z.string() });
export const createModelAnswer = z.looseObject({
  request_id: z.string(),
  model_id: z.string().optional(),
});
export const createModelResult = z.looseObject({ model_id: z.string().optional() });
export const pathResult = z.looseObject({ path: z.string() });
export const optimStepResult = z.looseObject({
  metrics: z.record(z.string(), z.number()).nullish(),
});
export const weightsInfoAnswer = z.looseObject({ sha256: z.string().optional() });
export const sweepAnswer = z.looseObject({ deleted: z.int() });
export const checkpointsAnswer = z.looseObject({
  checkpoints: z.array(z.looseObject({ checkpoint_id: z.string(), tinker_path: z.string() })),
});

const tensorAnswer = z.looseObject({ data: z.array(z.number()) });

/** Results as servers before SDK 0.25 answer them. */
export const samplesJson = z.looseObject({
  sequences: z.array(
    z.looseObject({
      tokens: z.array(token),
      logprobs: z.array(z.number()).nullish(),
      stop_reason: z.enum(['stop', 'length']),
    }),
  ),
});
export const trainingJson = z.looseObject({
  loss_fn_outputs: z.array(
    z.looseObject({ logprobs: tensorAnswer, elementwise_loss: tensorAnswer.optional() }),
  ),
  metrics: z.record(z.string(), z.number()).nullish(),
});
