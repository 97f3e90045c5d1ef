import { z } from 'zod';
import { nearestNames } from './nearest.ts';

/** Every field that a schema knows, as dotted paths: `sampler`, `sampler.kind`. */
export function fieldsOf(schema: unknown): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, field]) => [
    name,
    ...fieldsOf(field).map((inner) => `${name}.${inner}`),
  ]);
}

/** Of a union the fields of all its members together. */
function shapeOf(schema: unknown): Record<string, unknown> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (!(schema instanceof z.ZodUnion)) return {};
  return Object.fromEntries(schema.options.flatMap((option) => Object.entries(shapeOf(option))));
}

/**
 * What the person who wrote the unknown field `path` may have meant: a field beside it of almost that name, or
 * one of that very name elsewhere; else all that are beside it.
 */
export function suggestField(path: string, known: readonly string[]): string {
  if (known.includes(path)) return 'it does not go with the fields beside it';
  const [parent, name] = divided(path);
  const beside = known.filter((field) => divided(field)[0] === parent);
  const near = nearestNames(
    name,
    beside.map((field) => divided(field)[1]),
  ).map((sibling) => parent + sibling);
  const elsewhere = known.filter((field) => divided(field)[1] === name);
  const [meant] = [near, elsewhere].filter(({ length }) => length > 0);
  return meant ? `did you mean ${meant.join(' or ')}?` : `expected one of ${beside.join(', ')}`;
}

/** `a.b.c` as `a.b.` and `c`. */
function divided(path: string): [parent: string, name: string] {
  const end = path.lastIndexOf('.') + 1;
  return [path.slice(0, end), path.slice(end)];
}
