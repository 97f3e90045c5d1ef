import { z } from 'zod';
import { greatestLimits } from './limits.ts';

const count = (maximum: number) => z.number().int().min(1).max(maximum);
const share = z.number().min(0).max(1);

const samplerSchema = z
  .object({
    /** Which states come first. `lp` is the LP reconstruction; the others are its rivals. */
    kind: z.enum([
      'lp',
      'uniform',
      'roots-only',
      'p-times-one-minus-p',
      'variance',
      'regret',
      'additive',
    ]),
    /** Rate of the exponential averages of a state's group mean and variance. */
    averageRate: z.number().gt(0).max(1),
    /** n₀: pseudo-visits of the prior of (competition, kind of state). */
    pseudoVisits: z.number().min(0).max(100),
    /** The best reward that is attainable. */
    maximumReward: z.number().gt(0).max(1),
    /** T: below 1 sharpens, above 1 flattens. */
    temperature: z.number().min(0.05).max(20),
    /** ε: share of uniform choice. */
    uniformShare: share,
    /** Added per iteration since the last visit; 0 switches staleness off. */
    stalenessBonus: z.number().min(0).max(1),
    /** LP of a state that was never visited, before staleness. */
    optimisticPriority: share,
  })
  .strict();

const rewardSchema = z
  .object({
    /** Reward of the worst valid submission. */
    validityFloor: share,
    /** Added when an improve or debug attempt beats its parent's score; the sum is capped at 1. */
    parentBonus: share,
    /** Whether code identical to the parent's earns 0. */
    zeroForParentCopy: z.boolean(),
  })
  .strict();

const updateSchema = z
  .object({
    learningRate: z.number().gt(0).max(greatestLimits.learningRate),
    /** Share of the run's iterations, at its end, over which the rate falls in a line; 0 keeps it constant. */
    decayShare: share,
    epochs: count(64),
    /** Attempts per optimiser step; 0 for the whole batch. */
    minibatchSize: z.number().int().min(0).max(4096),
    /** Bounds of the probability ratio, 1 = unchanged. */
    clipLow: z.number().gt(0).lt(1),
    clipHigh: z.number().gt(1).max(10),
    /** Divide the advantage by the group's standard deviation (GRPO) or not (Dr. GRPO). */
    divideByDeviation: z.boolean(),
    /** δ in (r − mean) / (std + δ). */
    deviationFloor: z.number().min(0).max(1),
    /** Groups whose rewards spread less carry no gradient. */
    minSpread: z.number().min(0).max(1),
    /** Importance weights under lag are truncated here. */
    maximumImportance: z.number().min(1).max(100),
  })
  .strict();

const evolveSchema = z
  .object({
    /** Longest chain of parents. */
    maxDepth: z.number().int().min(0).max(100),
    /** Live states per competition, roots not counted. */
    quotaPerCompetition: z.number().int().min(0).max(10_000),
    /** A state whose mean reward reaches this with a spread under `minSpread` is mastered and evicted. */
    masteredMean: share,
  })
  .strict();

const engineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('embedded') }).strict(),
  z.object({ kind: z.literal('tinker'), url: z.url(), baseModel: z.string().min(1) }).strict(),
]);

const shape = {
  /** Every draw of the run comes from this and an address. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 48),
  competitions: z
    .object({ train: z.array(z.string()).min(1), heldOut: z.array(z.string()) })
    .strict(),
  iterations: count(greatestLimits.iterations),
  /** States sampled per iteration. */
  groups: count(greatestLimits.groups),
  /** Attempts per state. */
  groupSize: z.number().int().min(2).max(256),
  /** Groups sampled beside the wanted ones; they fill the batch when others carry no gradient. */
  spareGroups: z.number().int().min(0).max(256),
  pipelineDepth: count(16),
  iterationsPerSegment: count(10_000),
  onIterationFailure: z.enum(['block', 'fail']),
  /** How long infrastructure may keep failing a step, tries included, before the iteration fails, seconds. */
  giveUpAfterSeconds: z
    .number()
    .min(1)
    .max(30 * 86_400),
  onLostAttempt: z.enum(['wait', 'drop']),
  /** With `drop`: executions after which an attempt is closed as lost. */
  maxExecutions: count(100),
  minGroupSize: count(256),
  minGroups: count(256),
  /** How long an attempt waits for the host that holds its sandbox, seconds. */
  hostLostAfterSeconds: z.number().min(1).max(86_400),
  /** What every program gets beside its competition's limits; GPUs need containers (ACE_SANDBOX=docker). */
  sandbox: z.object({ gpus: z.number().int().min(0).max(16) }).strict(),
  sampling: z.object({ temperature: z.number().gt(0).max(10) }).strict(),
  sampler: samplerSchema,
  reward: rewardSchema,
  update: updateSchema,
  evolve: evolveSchema,
  evaluation: z
    .object({
      /** Root drafts per competition and evaluated version; 0 for no evaluation. */
      samplesPerCompetition: z.number().int().min(0).max(1000),
      /** Also evaluate every n-th version; 0 for the first and the last only. */
      everyIterations: z.number().int().min(0).max(10_000),
    })
    .strict(),
  engine: engineSchema,
};

/** The complete, resolved config of a run: what is stored with it and enters its digest. */
export const runConfigSchema = z.object(shape).strict().superRefine(crossChecks);
export type RunConfig = z.infer<typeof runConfigSchema>;

function crossChecks(config: z.infer<z.ZodObject<typeof shape>>, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message, input: config });
  };
  if (config.pipelineDepth > config.iterationsPerSegment) {
    refuse(
      ['pipelineDepth'],
      `expected at most iterationsPerSegment (${config.iterationsPerSegment})`,
    );
  }
  if (config.minGroupSize > config.groupSize) {
    refuse(['minGroupSize'], `expected at most groupSize (${config.groupSize})`);
  }
  if (config.minGroups > config.groups) {
    refuse(['minGroups'], `expected at most groups (${config.groups})`);
  }
  const all = [...config.competitions.train, ...config.competitions.heldOut];
  const twice = all.find((id, index) => all.indexOf(id) !== index);
  if (twice !== undefined)
    refuse(['competitions'], `expected each competition once, "${twice}" is there twice`);
}
