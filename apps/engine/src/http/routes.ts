import { parseInput } from '@ace/config';
import { retrieveFutureSchema } from '@ace/policy/wire';
import {
  loadWeights,
  saveWeights,
  saveWeightsForSampler,
  sweepCheckpoints,
  weightsInfo,
} from './checkpoints-api.ts';
import type { Handler } from './context.ts';
import { sample } from './sampling-api.ts';
import {
  createModel,
  createSamplingSession,
  createSession,
  healthz,
  serverCapabilities,
  sessionHeartbeat,
  unloadModel,
} from './sessions-api.ts';
import { forwardBackward, optimStep } from './training-api.ts';

/** `body`: how requests come: as JSON or protobuf by POST, or by GET without one. */
export interface Route {
  body: 'json' | 'protobuf' | 'none';
  handle: Handler;
}

/** How long one poll stays open. */
const pollMs = 20_000;

const retrieveFuture: Handler = ({ futures }, { json, wantsProtobuf }) => {
  const { request_id } = parseInput(retrieveFutureSchema, json, 'retrieve_future');
  return futures.retrieve(request_id, pollMs, wantsProtobuf);
};

const json = (handle: Handler): Route => ({ body: 'json', handle });
const get = (handle: Handler): Route => ({ body: 'none', handle });

/** Everything below `/api/v1/`. */
export const routes: Readonly<Partial<Record<string, Route>>> = {
  healthz: get(healthz),
  get_server_capabilities: get(serverCapabilities),
  create_session: json(createSession),
  session_heartbeat: json(sessionHeartbeat),
  create_model: json(createModel),
  unload_model: json(unloadModel),
  create_sampling_session: json(createSamplingSession),
  asample: json(sample),
  forward_backward: { body: 'protobuf', handle: forwardBackward },
  optim_step: json(optimStep),
  save_weights: json(saveWeights),
  save_weights_for_sampler: json(saveWeightsForSampler),
  load_weights: json(loadWeights),
  weights_info: json(weightsInfo),
  sweep_checkpoints: json(sweepCheckpoints),
  retrieve_future: json(retrieveFuture),
};
