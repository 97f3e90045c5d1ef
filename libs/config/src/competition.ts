import { z } from 'zod';

export const taskKinds = ['binary', 'multiclass', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];

export const metrics = [
  'accuracy',
  'log_loss',
  'auc',
  'rmse',
  'rmsle',
  'quadratic_kappa',
  'macro_f1',
] as const;
export type Metric = (typeof metrics)[number];

const limitsSchema = z
  .object({
    /** CPU time of the whole process tree, seconds. */
    cpuSeconds: z
      .number()
      .positive()
      .max(86_400 * 7),
    /** Wall-clock backstop, seconds; at least three times the CPU limit. */
    wallSeconds: z
      .number()
      .positive()
      .max(86_400 * 14),
    memoryBytes: z.number().int().positive(),
    processes: z.number().int().positive(),
    /** Bytes that the program may have on disk at once. */
    diskBytes: z.number().int().positive(),
    /** Bytes of standard output and error together. */
    outputBytes: z.number().int().positive(),
  })
  .strict();

/** What the policy's prompt may say of a competition: facts of the public data only. */
const featuresSchema = z
  .object({
    missingValues: z.boolean(),
    textCategories: z.boolean(),
    imbalanced: z.boolean(),
    /** More than 50 columns. */
    wide: z.boolean(),
    rows: z.enum(['small', 'medium', 'large']),
  })
  .strict();

/** `competition.json`, beside the prepared data of one competition. */
export const competitionSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string(),
    split: z.enum(['train', 'held-out']),
    task: z.enum(taskKinds),
    metric: z.enum(metrics),
    direction: z.enum(['maximize', 'minimize']),
    idColumn: z.string(),
    target: z.string(),
    /** Columns of a submission in order, the id first: one target column, or one per class for log loss. */
    submissionColumns: z.array(z.string()).min(2),
    /** Class labels as they appear in train.csv, sorted; empty for regression. */
    classes: z.array(z.union([z.string(), z.number()])),
    features: featuresSchema,
    limits: limitsSchema,
    /**
     * Scores in the competition's metric, by cross-validation on the public training data alone: of the
     * best constant prediction and of a good pipeline. Prompts place a parent's own validation score by them.
     */
    validationScale: z.object({ baseline: z.number(), reference: z.number() }).strict(),
    source: z
      .object({ package: z.string(), dataset: z.string(), licence: z.string(), origin: z.string() })
      .strict(),
  })
  .strict();

export type Competition = z.infer<typeof competitionSchema>;
export type CompetitionFeatures = Competition['features'];
export type Limits = Competition['limits'];
