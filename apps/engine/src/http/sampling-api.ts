import { parseInput } from '@ace/config';
import { sampleSchema } from '@ace/policy/wire';
import type { SamplingSource } from '../compute/operations.ts';
import {
  answerFuture,
  baseNamed,
  type Context,
  existingCheckpoint,
  type Handler,
} from './context.ts';
import { RequestError } from './request-error.ts';

interface Named {
  base_model?: string | null | undefined;
  model_path?: string | null | undefined;
  sampling_session_id?: string | null | undefined;
}

/** What a request samples from; exactly one of its fields names it. */
export function sourceOf(context: Context, request: Named): SamplingSource {
  const names = [request.base_model, request.model_path, request.sampling_session_id];
  if (names.filter((name) => name != null).length !== 1) {
    throw new RequestError(
      422,
      'asample: expected exactly one of base_model, model_path and sampling_session_id',
    );
  }
  if (request.sampling_session_id != null) {
    return context.models.sampler(request.sampling_session_id);
  }
  if (request.model_path != null) {
    return { checkpoint: existingCheckpoint(context, request.model_path).path };
  }
  return { baseModel: baseNamed(context, request.base_model ?? '').name };
}

export const sample: Handler = (context, { json }) => {
  const request = parseInput(sampleSchema, json, 'asample');
  const source = sourceOf(context, request);
  const prompt = request.prompt.chunks.flatMap(({ tokens }) => tokens);
  const { max_tokens, seed, temperature, stop } = request.sampling_params;
  const params = {
    ...{ seed, maxTokens: max_tokens, temperature: temperature ?? 1, stop: stop ?? [] },
    samples: request.num_samples ?? 1,
  };
  const sampled = context.compute.run('sample', { source, prompt, params });
  return answerFuture(
    context,
    sampled.then((sequences) => ({ kind: 'samples', sequences })),
  );
};
