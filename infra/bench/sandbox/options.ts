import { InputError } from '@ace/config';
import { parseArgs } from 'node:util';

export interface Options {
  /** Executions of each way at each number at once, at least. */
  count: number;
  /** One JSON document instead of a table. */
  json: boolean;
}

export const defaultCount = 96;
const maximum = 10_000;

export const usage = `npm run bench:sandbox -- [options]

  --count N   executions of each way at 1, 2, 4 and 8 at once (${defaultCount})
  --json      one JSON document instead of the table`;

/** @throws {@link InputError} naming the option and what was expected; null when help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const { help, count, json = false } = parsed(args);
  return help ? null : { count: countFrom(count), json };
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { count: { type: 'string' }, json: flag, help: flag } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new InputError(`${(error as Error).message}\n\n${usage}`);
  }
}

function countFrom(given: string | undefined): number {
  if (given === undefined) return defaultCount;
  const count = Number(given);
  if (/^\d+$/.test(given) && count >= 1 && count <= maximum) return count;
  throw new InputError(`--count: expected a whole number from 1 to ${maximum}, got "${given}"`);
}
