import type { z } from 'zod';
import { fieldsOf, suggestField } from './fields.ts';
import { nearestNames } from './nearest.ts';
import { cut, shown } from './shown.ts';

/** An input that cannot be accepted. `message` names every field, what was given and what is expected. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/**
 * Checks `input` against `schema`; throws {@link InputError} with one line per problem. An unknown field is
 * told what it may have meant, out of the schema's fields and `otherFields`.
 */
export function parseInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  what: string,
  otherFields: readonly string[] = [],
): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const known = [...otherFields, ...fieldsOf(schema)];
  const lines = result.error.issues.flatMap((issue) => describe(issue, input, known));
  const told = lines.slice(0, mostProblems);
  if (lines.length > told.length) told.push(`and ${lines.length - told.length} more`);
  throw new InputError(`${what}: ${told.join('; ')}`);
}

const mostProblems = 10;

function describe(issue: z.core.$ZodIssue, input: unknown, known: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys') {
    const paths = issue.keys.map((key) => [...issue.path, key].join('.'));
    return paths.map((path) => `${cut(path)}: unknown field, ${suggestField(path, known)}`);
  }
  const given = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  const field = issue.path.join('.') || '(input)';
  const end = `got ${shown(given)}${didYouMean(given, choicesOf(issue))}`;
  return [`${field}: ${issue.message}, ${end}`];
}

/** The words among which a field must choose; none where it is free. */
function choicesOf(issue: z.core.$ZodIssue): string[] {
  const { values = [], options = [] } = issue as { values?: unknown[]; options?: unknown[] };
  return [...values, ...options].filter((choice) => typeof choice === 'string');
}

/** `, did you mean "lp"?`, or nothing where nothing is near. */
export function didYouMean(given: unknown, choices: readonly string[]): string {
  const near = typeof given === 'string' ? nearestNames(given, choices) : [];
  return near.length > 0 ? `, did you mean ${near.map(shown).join(' or ')}?` : '';
}
