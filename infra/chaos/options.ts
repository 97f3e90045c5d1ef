import { InputError } from '@ace/config';
import { parseArgs } from 'node:util';

export interface Options {
  kills: number;
  /** Of victims, phases and moments. */
  seed: number;
  recipe: string;
  /** Pipeline depths, one after the other; the kills are shared out among them. */
  depths: number[];
}

const longest = 10_000;
const deepest = 16;

export const usage = `npm run chaos -- [options]

  --kills N     kills that count, over all depths (100)
  --seed S      of victims, phases and moments (another one each time)
  --recipe R    what is run (crash)
  --depths 1,2  pipeline depths, one after the other (1,2,4)`;

/** @throws {@link InputError} naming the option and what was expected; null when help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const { help, kills = '100', seed, recipe = 'crash', depths = '1,2,4' } = parsed(args);
  if (help) return null;
  return {
    kills: numberFrom('--kills', kills, 1, longest),
    seed: seed === undefined ? freshSeed() : numberFrom('--seed', seed, 0, 2 ** 48),
    recipe,
    depths: depths.split(',').map((depth) => numberFrom('--depths', depth, 1, deepest)),
  };
}

export const freshSeed = (): number => Date.now() % 1_000_000_000;

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { kills: text, seed: text, recipe: text, depths: text } as const;
  try {
    const help = { help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options: { ...options, ...help }, strict: true }).values;
  } catch (error) {
    throw new InputError(`${(error as Error).message}\n\n${usage}`);
  }
}

function numberFrom(name: string, given: string, least: number, most: number): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  const expected = `expected a whole number from ${least} to ${most}`;
  throw new InputError(`${name}: ${expected}, got "${given}"`);
}
