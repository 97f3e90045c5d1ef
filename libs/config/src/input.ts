import type { z } from 'zod';

/** An input that cannot be accepted. `message` names every field, what was given and what is expected. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Checks `input` against `schema`; throws {@link InputError} with one line per problem. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, what: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => describe(issue, input));
  throw new InputError(`${what}: ${lines.join('; ')}`);
}

function describe(issue: z.core.$ZodIssue, input: unknown): string {
  const field = issue.path.join('.') || '(input)';
  if (issue.code === 'unrecognized_keys') {
    return `${[...issue.path, issue.keys[0] ?? ''].join('.')}: unknown field`;
  }
  const given = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  return `${field}: ${issue.message}, got ${JSON.stringify(given)}`;
}
