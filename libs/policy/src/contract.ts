/** One completion as the engine answered it. Token ids; log-probabilities are natural logs, one a token. */
export interface Completion {
  tokens: number[];
  logprobs: number[];
  stopReason: 'stop' | 'length';
}

/** One training example: prompt, completion and what the clipped surrogate needs, one number a completion token. */
export interface Example {
  prompt: number[];
  completion: number[];
  /** Log-probabilities under the policy that sampled (or the trainer's own, under lag). */
  logprobs: number[];
  advantage: number;
  /** Truncated importance weights under lag, one a completion token; multiply the advantage. 1 when absent. */
  importance?: readonly number[];
}

/** Adam's settings of one optimiser step. */
export interface AdamParams {
  learningRate: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
}

/** Which engine, spoken to through the Tinker REST contract. */
export interface EngineEndpoint {
  kind: 'embedded' | 'tinker';
  /** Base URL without `/api/v1`. */
  url: string;
  apiKey?: string;
  baseModel: string;
}

/** A model that lives on the engine: one epoch's trainer. Calls are numbered from 1 and sent one at a time. */
export interface TrainingModel {
  readonly modelId: string;
  /** Loads weights and optimiser moments. */
  load(path: string): Promise<void>;
  /** Accumulates gradients of the clipped surrogate (ratio bounds) over the examples; per-token log-probabilities come back. */
  forwardBackward(
    examples: readonly Example[],
    loss: { name: 'ppo'; clipLow: number; clipHigh: number },
  ): Promise<{ logprobs: number[][]; metrics: Record<string, number> }>;
  /** Per-token log-probabilities under the current weights; no gradient. */
  forward(examples: readonly Example[]): Promise<{ logprobs: number[][] }>;
  optimStep(adam: AdamParams): Promise<Record<string, number>>;
  /** Saves weights and optimiser moments under `name`; returns the path that `load` takes. */
  saveState(name: string): Promise<string>;
  /** Saves weights for sampling under `name`; returns the path that `sample` takes. */
  saveForSampler(name: string): Promise<string>;
  unload(): Promise<void>;
}

/** The policy engine as the activities use it. Every method retries what is transient by itself. */
export interface PolicyEngine {
  readonly endpoint: EngineEndpoint;
  /** A fresh session and a fresh model of the base model; `seed` initialises its weights. */
  createModel(options: { seed: number; sessionTag: string }): Promise<TrainingModel>;
  /** Sends a sampling request; the id is stored by the caller before the result is asked for. Sample i uses seed + i. */
  requestSamples(request: SampleRequest): Promise<{ requestId: string }>;
  /** Polls until the request is answered. Throws {@link EngineLostError} when the engine no longer knows it. */
  awaitSamples(requestId: string, signal?: AbortSignal): Promise<Completion[]>;
  /** SHA-256 of a checkpoint's bytes (embedded engine), or null where the engine does not tell. */
  checkpointHash(path: string): Promise<string | null>;
  /**
   * Deletes every checkpoint of the engine that is older than `minimumAgeSeconds` and whose path is not in
   * `keep` (paths of all runs that share the engine), and says how many; null where the engine keeps its own.
   */
  sweepCheckpoints(keep: readonly string[], minimumAgeSeconds: number): Promise<number | null>;
  close(): Promise<void>;
}

export interface SampleRequest {
  /** What `saveForSampler` returned. */
  modelPath: string;
  prompt: number[];
  samples: number;
  maxTokens: number;
  temperature: number;
  seed: number;
}

/** The engine could not be reached, or kept failing, for longer than the client waits. Worth a later retry. */
export class EngineUnreachableError extends Error {
  override readonly name = 'EngineUnreachableError';
  readonly url: string;

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`engine at ${url}: ${reason}`, options);
    this.url = url;
  }
}

/** The engine lost a model, a request or a session (it restarted): the whole step is done again in a new epoch. */
export class EngineLostError extends Error {
  override readonly name = 'EngineLostError';
}

/** The engine answered that the request itself is wrong; no retry helps. */
export class EngineRefusedError extends Error {
  override readonly name = 'EngineRefusedError';
}
