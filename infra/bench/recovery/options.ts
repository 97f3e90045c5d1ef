import { InputError } from '@ace/config';
import { parseArgs } from 'node:util';
import { freshSeed } from '../../chaos/options.ts';

/** What is measured, in this order; see README.md. */
export const Part = { Kills: 'kills', Busy: 'busy', Effective: 'effective' } as const;
export type Part = (typeof Part)[keyof typeof Part];
export const parts = Object.values(Part);

export interface Options {
  parts: Part[];
  /** Worker deaths whose recovery is measured. */
  kills: number;
  /** Of the lines at which workers die and of the pauses between. */
  seed: number;
  /** What runs while recovery is measured, and between the busy processes. */
  recipe: string;
  /** Of the run whose wall time is measured twice. */
  iterations: number;
  /** One JSON document instead of tables. */
  json: boolean;
}

export const usage = `npm run bench:recovery -- [options]

  --parts a,b       of ${parts.join(', ')} (all)
  --kills N         worker deaths whose recovery is measured (24)
  --seed S          of lines and pauses (another one each time)
  --recipe R        what runs meanwhile (crash)
  --iterations K    of the run with executions of 15 s (4)
  --json            one JSON document instead of the tables`;

/** @throws {@link InputError} naming the option and what was expected; null when help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const given = parsed(args);
  if (given.help) return null;
  return {
    parts: partsFrom(given.parts),
    kills: numberFrom('--kills', given.kills, 1, 1000) ?? 24,
    seed: numberFrom('--seed', given.seed, 0, 2 ** 48) ?? freshSeed(),
    recipe: given.recipe ?? 'crash',
    iterations: numberFrom('--iterations', given.iterations, 1, 100) ?? 4,
    json: given.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const named = { parts: text, kills: text, seed: text, recipe: text, iterations: text };
  const options = { ...named, json: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new InputError(`${(error as Error).message}\n\n${usage}`);
  }
}

function numberFrom(
  name: string,
  given: string | undefined,
  least: number,
  most: number,
): number | null {
  if (given === undefined) return null;
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  const expected = `expected a whole number from ${least} to ${most}`;
  throw new InputError(`${name}: ${expected}, got "${given}"`);
}

function partsFrom(given: string | undefined): Part[] {
  const wanted = given?.split(',') ?? parts;
  const unknown = wanted.find((id) => !parts.includes(id as Part));
  if (unknown === undefined) return parts.filter((part) => wanted.includes(part));
  throw new InputError(`--parts: expected some of ${parts.join(', ')}, got "${unknown}"`);
}
