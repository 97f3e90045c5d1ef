import { adamStep, freshState, type TrainingState } from '../model/adam.ts';
import type { BaseModel } from '../model/base-model.ts';
import { initialParameters } from '../model/parameters.ts';
import { passMetrics } from '../model/metrics.ts';
import { RefusedError } from '../model/refused.ts';
import { checkPrompt } from '../model/sequences.ts';
import { Sampler } from '../model/sampler.ts';
import { Trainer } from '../model/trainer.ts';
import {
  baseModelNameOf,
  decodeCheckpoint,
  encodeCheckpoint,
  holdsMoments,
} from '../store/checkpoint.ts';
import { type CheckpointPath, CheckpointStore, formatPath } from '../store/store.ts';
import type { InputOf, Operation, ResultOf, SamplingSource } from './operations.ts';
import { RecentlyUsed } from './recently-used.ts';

/** A base model that is trained; its gradients wait for the next optimiser step. */
interface LiveModel {
  base: BaseModel;
  state: TrainingState;
  gradient: Float32Array | null;
}

/** Samplers kept ready; a further one is read from its checkpoint in milliseconds. */
const samplersKept = 8;

/**
 * All state and arithmetic of the engine. Synchronous: one operation ends before the next begins, and its
 * result depends on nothing but its input, the checkpoints and the model that it names.
 */
export class Compute {
  private readonly bases: ReadonlyMap<string, BaseModel>;
  private readonly store: CheckpointStore;
  private readonly models = new Map<string, LiveModel>();
  private readonly trainers = new Map<string, Trainer>();
  private readonly samplers = new RecentlyUsed<Sampler>(samplersKept);

  constructor(bases: readonly BaseModel[], dataFolder: string) {
    this.bases = new Map(bases.map((base) => [base.name, base]));
    this.store = new CheckpointStore(dataFolder);
  }

  readonly operations: { [O in Operation]: (input: InputOf<O>) => ResultOf<O> } = {
    createModel: ({ modelId, baseModel, seed }) => {
      const base = this.base(baseModel);
      const state = freshState(initialParameters(base, seed));
      this.models.set(modelId, { base, state, gradient: null });
      return null;
    },
    dropModel: ({ modelId }) => {
      this.models.delete(modelId);
      return null;
    },
    pass: (input) => this.pass(input),
    optimStep: (input) => this.optimStep(input),
    save: (path) => {
      const { base, state } = this.model(path.model);
      const kind = path.kind === 'weights' ? 'training' : 'sampler';
      this.store.save(path, encodeCheckpoint(base, state, kind));
      return null;
    },
    load: (input) => this.load(input),
    sample: ({ source, prompt, params }) => {
      const sampler = this.sampler(source);
      checkPrompt(sampler.base, prompt);
      return sampler.sample(prompt, params);
    },
    sweep: ({ keep, minimumAgeMs }) => this.sweep(new Set(keep), minimumAgeMs),
  };

  private pass({ modelId, forwardOnly, ...request }: InputOf<'pass'>): ResultOf<'pass'> {
    const model = this.model(modelId);
    const trainer = this.trainer(model.base);
    const { parameters } = model.state;
    if (forwardOnly) {
      const result = trainer.evaluate(parameters, request);
      return { ...result, metrics: passMetrics(request, result) };
    }
    model.gradient ??= new Float32Array(parameters.length);
    const result = trainer.differentiate(parameters, request, model.gradient);
    return { ...result, metrics: passMetrics(request, result) };
  }

  private optimStep({ modelId, adam }: InputOf<'optimStep'>): ResultOf<'optimStep'> {
    const model = this.model(modelId);
    if (model.gradient === null) {
      throw new RefusedError(
        'optim_step: no gradient since the last step, call forward_backward first',
      );
    }
    if (!model.gradient.every(Number.isFinite)) {
      throw new RefusedError('optim_step: the gradient is not finite');
    }
    const norm = adamStep(model.state, model.gradient, adam);
    model.gradient = null;
    return { grad_norm: norm, step: model.state.step };
  }

  private load({ modelId, checkpoint, optimizer }: InputOf<'load'>): ResultOf<'load'> {
    const model = this.model(modelId);
    const bytes = this.read(checkpoint);
    if (optimizer && !holdsMoments(bytes)) {
      throw new RefusedError(`load_weights: ${formatPath(checkpoint)} holds no optimiser state`);
    }
    const state = decodeCheckpoint(model.base, bytes);
    model.state = optimizer ? state : freshState(state.parameters);
    model.gradient = null;
    return null;
  }

  /** Checkpoints of live models stay: their publication may be under way. */
  private sweep(keep: ReadonlySet<string>, minimumAgeMs: number): ResultOf<'sweep'> {
    const keeps = (path: CheckpointPath): boolean =>
      this.models.has(path.model) || keep.has(formatPath(path));
    return { deleted: this.store.sweep(keeps, minimumAgeMs) };
  }

  private sampler(source: SamplingSource): Sampler {
    if ('baseModel' in source) {
      const base = this.base(source.baseModel);
      return this.samplers.take(
        `base ${base.name}`,
        () => new Sampler(base, initialParameters(base, 0)),
      );
    }
    const hash = this.store.hashOf(source.checkpoint);
    if (hash === null) throw new RefusedError(`no checkpoint ${formatPath(source.checkpoint)}`);
    return this.samplers.take(hash, () => {
      const bytes = this.store.read(hash);
      const base = this.base(baseModelNameOf(bytes));
      return new Sampler(base, decodeCheckpoint(base, bytes).parameters);
    });
  }

  private read(checkpoint: CheckpointPath): Uint8Array {
    const hash = this.store.hashOf(checkpoint);
    if (hash === null) throw new RefusedError(`no checkpoint ${formatPath(checkpoint)}`);
    return this.store.read(hash);
  }

  private base(name: string): BaseModel {
    const base = this.bases.get(name);
    if (!base) throw new RefusedError(`unknown base model ${name}`);
    return base;
  }

  private model(modelId: string): LiveModel {
    const model = this.models.get(modelId);
    if (!model) throw new RefusedError(`unknown model ${modelId}`);
    return model;
  }

  private trainer(base: BaseModel): Trainer {
    const known = this.trainers.get(base.name);
    if (known) return known;
    const trainer = new Trainer(base);
    this.trainers.set(base.name, trainer);
    return trainer;
  }
}
