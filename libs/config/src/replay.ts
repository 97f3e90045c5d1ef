import { z } from 'zod';
import { parseInput } from './input.ts';

/** What an iteration is replayed for. */
export const ReplayMode = {
  /** A failed iteration goes on from what is stored. */
  Retry: 'retry',
  /** The iteration is done again beside the original, and compared. */
  Verify: 'verify',
  /** A new run shares everything up to the iteration, and goes on with other settings. */
  Fork: 'fork',
} as const;
export type ReplayMode = (typeof ReplayMode)[keyof typeof ReplayMode];

const schema = z
  .object({
    run: z.string().min(1),
    iteration: z.number().int().min(0).max(100_000),
    mode: z.enum(Object.values(ReplayMode)),
    /** Slot of the one group that is replayed; the whole iteration unless told. */
    group: z.number().int().min(0).max(100_000).optional(),
    /** Of the forked run; `<run>-fork-<id>` unless told. */
    name: z.string().min(1).optional(),
    /** Fields of the config that the fork has otherwise. */
    changes: z.record(z.string(), z.unknown()).optional(),
  })
  .strict()
  .superRefine(({ mode, group, name, changes }, context) => {
    const refused: Record<string, [given: unknown, message: string]> =
      mode === ReplayMode.Fork
        ? { group: [group, noGroup] }
        : { name: [name, onlyForks], changes: [changes, onlyForks] };
    for (const [field, [given, message]] of Object.entries(refused)) {
      if (given !== undefined) context.addIssue({ code: 'custom', path: [field], message });
    }
  });

const onlyForks = 'expected none unless mode is "fork"';
const noGroup = 'expected none with mode "fork": a fork shares whole iterations';

/** What a person types to replay an iteration. */
export type ReplayInput = z.infer<typeof schema>;

/** @throws InputError naming the field, what was given and what is expected. */
export const parseReplay = (input: unknown): ReplayInput => parseInput(schema, input, 'replay');
