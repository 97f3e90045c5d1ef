import { parseInput } from '@ace/config';
import { EngineLostError } from '../contract.ts';
import { checkpointsAnswer, futureAnswer, pathResult } from '../wire/index.ts';
import type { Dialect } from './dialects.ts';
import { awaitFuture, FutureGoneError } from './futures.ts';
import { describe, type Reply, required, sleep, type Transport } from './transport.ts';

/** `weights`: with optimiser moments, to load; `sampler_weights`: to sample from. */
export type CheckpointKind = 'weights' | 'sampler_weights';

const calls = { weights: 'save_weights', sampler_weights: 'save_weights_for_sampler' } as const;

/** How often a checkpoint that should exist is looked for, a pause apart, before the model is given up. */
const maximumLooks = 60;

/** Saves of one model. They are not deduplicated by any engine: a clash of names means, look whether it exists. */
export class Saves {
  private readonly modelId: string;
  private readonly transport: Transport;
  private readonly dialect: Dialect;

  constructor(modelId: string, transport: Transport, dialect: Dialect) {
    this.modelId = modelId;
    this.transport = transport;
    this.dialect = dialect;
  }

  /** The path of the checkpoint `name`, whether this call or an earlier one wrote it. */
  async save(kind: CheckpointKind, name: string, seqId: number): Promise<string> {
    const body = { model_id: this.modelId, path: name, seq_id: seqId, type: calls[kind] };
    const reply = await this.transport.send({ path: calls[kind], body });
    if (reply.status === 409) return this.existing(kind, name);
    const answer = parseInput(
      futureAnswer,
      required(reply, calls[kind]),
      `answer of ${calls[kind]}`,
    );
    try {
      const { json } = await awaitFuture(this.transport, answer.request_id);
      return parseInput(pathResult, json, `result of ${calls[kind]}`).path;
    } catch (error) {
      if (!(error instanceof FutureGoneError)) throw error;
      return this.existing(kind, name);
    }
  }

  private existing(kind: CheckpointKind, name: string): Promise<string> {
    const described = kind === 'weights' || this.dialect.describesCheckpoints;
    return described ? this.described(kind, name) : this.listed(kind, name);
  }

  /** Waits while the checkpoint is being written (425). */
  private async described(kind: CheckpointKind, name: string): Promise<string> {
    const path = `tinker://${this.modelId}/${kind}/${name}`;
    const call = { path: 'weights_info', body: { tinker_path: path } };
    const reply = await this.lookFor(call, ({ status }) => status !== 425);
    required(reply, `checkpoint ${path}`);
    return path;
  }

  /** `weights_info` knows nothing of sampler checkpoints on some engines; their list holds the finished ones. */
  private async listed(kind: CheckpointKind, name: string): Promise<string> {
    const ending = `/${kind}/${name}`;
    const pathIn = (reply: Reply): string | undefined =>
      parseInput(checkpointsAnswer, required(reply, 'checkpoints'), 'list of checkpoints')
        .checkpoints.map(({ tinker_path }) => tinker_path)
        .find((path) => path.endsWith(ending));
    const call = { path: `training_runs/${this.modelId}/checkpoints` };
    const found = pathIn(await this.lookFor(call, (reply) => pathIn(reply) !== undefined));
    if (found === undefined) throw new EngineLostError(`no checkpoint ${ending} on the engine`);
    return found;
  }

  private async lookFor(
    call: { path: string; body?: unknown },
    isThere: (reply: Reply) => boolean,
  ): Promise<Reply> {
    for (let look = 1; ; look++) {
      const reply = await this.transport.send(call);
      if (isThere(reply)) return reply;
      if (look === maximumLooks) {
        throw new EngineLostError(`${call.path}: gave up waiting: ${describe(reply)}`);
      }
      await sleep(this.transport.options.maximumPauseMs);
    }
  }
}
