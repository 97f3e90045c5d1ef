import { parseInput } from '@ace/config';
import type { AdamParams, Example, TrainingModel } from '../contract.ts';
import { EngineLostError } from '../contract.ts';
import {
  decodeTrainingResult,
  encodeTrainingRequest,
  futureAnswer,
  optimStepResult,
  trainingJson,
  type WireDatum,
  type WireTrainingResult,
} from '../wire/index.ts';
import { completionPart, scoringDatum, surrogateDatum } from './datums.ts';
import { type Dialect, tokenMeanFactors } from './dialects.ts';
import { awaitFuture, FutureGoneError } from './futures.ts';
import { type CheckpointKind, Saves } from './saves.ts';
import type { Session } from './sessions.ts';
import { NoAnswerError, type Reply, required, sleep, type Transport } from './transport.ts';

/** How often a result that the engine no longer holds is asked for by submitting its request again. */
const maximumSubmissions = 3;

interface TrainingCall {
  path: string;
  /** The body under the number that the call gets. */
  body: (seqId: number) => unknown;
  wantsProtobuf?: boolean;
}

/**
 * One model on one engine. Calls are queued: one in flight, numbered from 1 without gaps; a number is used
 * up when the engine has accepted a call under it. After an unknown outcome the model is lost.
 */
export class TinkerModel implements TrainingModel {
  readonly modelId: string;
  private readonly transport: Transport;
  private readonly dialect: Dialect;
  private readonly session: Session;
  private readonly saves: Saves;
  private nextNumber = 1;
  private queue: Promise<unknown> = Promise.resolve();
  private lost: EngineLostError | null = null;

  constructor(modelId: string, transport: Transport, dialect: Dialect, session: Session) {
    this.modelId = modelId;
    this.transport = transport;
    this.dialect = dialect;
    this.session = session;
    this.saves = new Saves(modelId, transport, dialect);
  }

  async load(path: string): Promise<void> {
    const body = { model_id: this.modelId, path, optimizer: true, type: 'load_weights' };
    const call = { path: 'load_weights', body: (seq_id: number) => ({ ...body, seq_id }) };
    await this.inTurn(() => this.once(call));
  }

  async forwardBackward(
    examples: readonly Example[],
    loss: { name: 'ppo'; clipLow: number; clipHigh: number },
  ): Promise<{ logprobs: number[][]; metrics: Record<string, number> }> {
    const factors = tokenMeanFactors(this.dialect.reduction, examples);
    const data = examples.map((example, index) =>
      surrogateDatum(example, factors[index] ?? 1, this.dialect.takesWeights),
    );
    const config = { clip_low_threshold: loss.clipLow, clip_high_threshold: loss.clipHigh };
    const result = await this.pass(data, loss.name, config, false);
    return { logprobs: completionRows(examples, result), metrics: result.metrics };
  }

  async forward(examples: readonly Example[]): Promise<{ logprobs: number[][] }> {
    const result = await this.pass(examples.map(scoringDatum), 'cross_entropy', {}, true);
    return { logprobs: completionRows(examples, result) };
  }

  async optimStep(adam: AdamParams): Promise<Record<string, number>> {
    const adam_params = {
      ...{ learning_rate: adam.learningRate, beta1: adam.beta1, beta2: adam.beta2, eps: adam.eps },
      weight_decay: adam.weightDecay,
    };
    const body = { model_id: this.modelId, adam_params, type: 'optim_step' };
    const call = { path: 'optim_step', body: (seq_id: number) => ({ ...body, seq_id }) };
    const { json } = await this.inTurn(() => this.repeatable(call));
    return parseInput(optimStepResult, json, 'result of optim_step').metrics ?? {};
  }

  saveState(name: string): Promise<string> {
    return this.save('weights', name);
  }

  saveForSampler(name: string): Promise<string> {
    return this.save('sampler_weights', name);
  }

  async unload(): Promise<void> {
    this.session.close();
    const body = { model_id: this.modelId, type: 'unload_model' };
    try {
      required(await this.transport.send({ path: 'unload_model', body }), 'unload_model');
    } catch (error) {
      if (!(error instanceof EngineLostError)) throw error;
    }
  }

  private save(kind: CheckpointKind, name: string): Promise<string> {
    return this.inTurn(async () => {
      const number = this.nextNumber;
      const path = await this.saves.save(kind, name, number);
      this.nextNumber = number + 1;
      return path;
    });
  }

  private async pass(
    data: WireDatum[],
    lossFn: string,
    lossFnConfig: Record<string, number>,
    forwardOnly: boolean,
  ): Promise<WireTrainingResult> {
    const request = { modelId: this.modelId, data, lossFn, lossFnConfig, forwardOnly };
    const call: TrainingCall = {
      path: 'forward_backward',
      body: (seqId) => encodeTrainingRequest({ ...request, seqId }),
      wantsProtobuf: true,
    };
    const reply = await this.inTurn(() => this.repeatable(call));
    return reply.isProtobuf ? decodeTrainingResult(reply.body) : trainingResultOf(reply);
  }

  /** Runs a call after all earlier ones; a lost model takes no more of them. */
  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(async () => {
      if (this.lost) throw this.lost;
      try {
        return await call();
      } catch (error) {
        if (error instanceof EngineLostError) this.lose(error);
        throw error;
      }
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private lose(error: EngineLostError): void {
    this.lost = error;
    this.session.close();
  }

  /** A call that the engine recognises when it comes again, or that must be given up for a new epoch. */
  private async repeatable(call: TrainingCall): Promise<Reply> {
    if (!this.dialect.removesDuplicates) return this.once(call);
    const number = this.nextNumber;
    for (let submission = 1; ; submission++) {
      const reply = await this.transport.send({ path: call.path, body: call.body(number) });
      const requestId = this.accepted(reply, call.path, number);
      try {
        return await this.resultOf(call, requestId);
      } catch (error) {
        if (!(error instanceof FutureGoneError)) throw error;
        if (submission === maximumSubmissions) throw new EngineLostError(error.message);
      }
    }
  }

  /** A call that must not be sent again once the engine may have it. */
  private async once(call: TrainingCall): Promise<Reply> {
    const number = this.nextNumber;
    try {
      const reply = await this.written(call, number);
      return await this.resultOf(call, this.accepted(reply, call.path, number));
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof FutureGoneError)) throw error;
      throw new EngineLostError(`${call.path}: outcome unknown: ${error.message}`);
    }
  }

  /** 425 says that the checkpoint to load is still being written. */
  private async written(call: TrainingCall, number: number): Promise<Reply> {
    for (;;) {
      const body = call.body(number);
      const reply = await this.transport.send({ path: call.path, body }, 'if not delivered');
      if (reply.status !== 425) return reply;
      await sleep(this.transport.options.maximumPauseMs);
    }
  }

  private resultOf({ wantsProtobuf = false }: TrainingCall, requestId: string): Promise<Reply> {
    return awaitFuture(this.transport, requestId, { wantsProtobuf });
  }

  private accepted(reply: Reply, path: string, number: number): string {
    const answer = parseInput(futureAnswer, required(reply, path), `answer of ${path}`);
    this.nextNumber = number + 1;
    return answer.request_id;
  }
}

const completionRows = (examples: readonly Example[], { logprobs }: WireTrainingResult) =>
  examples.map((example, index) => completionPart(example, logprobs[index] ?? []));

function trainingResultOf({ json }: Reply): WireTrainingResult {
  const { loss_fn_outputs, metrics } = parseInput(trainingJson, json, 'result of forward_backward');
  return {
    logprobs: loss_fn_outputs.map(({ logprobs }) => logprobs.data),
    elementwiseLoss: loss_fn_outputs.map(({ elementwise_loss }) => elementwise_loss?.data ?? []),
    metrics: metrics ?? {},
  };
}
