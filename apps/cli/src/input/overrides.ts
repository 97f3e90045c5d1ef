import { InputError } from '@ace/config';

/**
 * `--set` values as one object: `update.learningRate=0.02` becomes `{ update: { learningRate: 0.02 } }`.
 * A value is read as JSON, and as text where it is not JSON; the schema decides later whether it fits.
 * @throws {@link InputError} for a setting without `=` or path, or one that lies inside another's value.
 */
export function parseOverrides(settings: readonly string[]): Record<string, unknown> {
  const overrides: Record<string, unknown> = {};
  for (const setting of settings) put(overrides, setting);
  return overrides;
}

function put(overrides: Record<string, unknown>, setting: string): void {
  const [path, value] = divide(setting);
  const last = path.at(-1)!;
  const owner = path
    .slice(0, -1)
    .reduce((object, _, depth) => below(object, path, depth), overrides);
  owner[last] = valueOf(value);
}

function below(
  object: Record<string, unknown>,
  path: readonly string[],
  depth: number,
): Record<string, unknown> {
  const key = path[depth]!;
  if (!Object.hasOwn(object, key)) object[key] = {};
  const inner = object[key];
  if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
    return inner as Record<string, unknown>;
  }
  const at = path.slice(0, depth + 1).join('.');
  throw new InputError(
    `--set ${path.join('.')}: ${at} was already set to ${JSON.stringify(inner)}`,
  );
}

function divide(setting: string): [path: string[], value: string] {
  const sign = setting.indexOf('=');
  const path = setting.slice(0, Math.max(sign, 0)).split('.');
  if (sign < 1 || path.some((part) => !/^[A-Za-z]\w*$/.test(part))) {
    throw new InputError(
      `--set: expected path=value, for example update.learningRate=0.02, got ${JSON.stringify(setting)}`,
    );
  }
  return [path, setting.slice(sign + 1)];
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
