import { InputError } from '@ace/config';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reference, samplerVariants } from './samplers.ts';

export interface Options {
  seeds: number;
  /** Ids of variants, in the order of the table of samplers. */
  samplers: string[];
  /** null: the recipe's. */
  iterations: number | null;
  /** Runs at once. */
  parallel: number;
  /** Folders; null: below the clone's home. */
  out: string | null;
  home: string | null;
  /** Take runs of this benchmark that the record already holds as they are, and go on with unfinished ones. */
  resume: boolean;
}

export const usage = `npm run bench:learning -- [options]

  --seeds N         paired seeds (10; fewer than 10 is a trial)
  --samplers a,b    of ${samplerVariants.map(({ id }) => id).join(', ')} (all)
  --iterations K    instead of the recipe's
  --parallel P      runs at once (3)
  --out FOLDER      for results.json and results.svg (the benchmark's home)
  --home FOLDER     servers and record of the benchmark (bench/learning in the clone's home)
  --resume          go on with what the record holds`;

/** @throws {@link InputError} naming the option and what was expected; null when help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const given = parsed(args);
  if (given.help) return null;
  return {
    seeds: countFrom('--seeds', given.seeds, 1000) ?? 10,
    samplers: samplersFrom(given.samplers),
    iterations: countFrom('--iterations', given.iterations, 1000),
    parallel: countFrom('--parallel', given.parallel, 64) ?? 3,
    out: given.out === undefined ? null : resolve(given.out),
    home: given.home === undefined ? null : resolve(given.home),
    resume: given.resume ?? false,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const named = { seeds: text, samplers: text, iterations: text, parallel: text };
  const options = { ...named, out: text, home: text, resume: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new InputError(`${(error as Error).message}\n\n${usage}`);
  }
}

function countFrom(name: string, given: string | undefined, maximum: number): number | null {
  if (given === undefined) return null;
  const count = Number(given);
  if (/^\d+$/.test(given) && count >= 1 && count <= maximum) return count;
  throw new InputError(`${name}: expected a whole number from 1 to ${maximum}, got "${given}"`);
}

function samplersFrom(given: string | undefined): string[] {
  const known = samplerVariants.map(({ id }) => id);
  if (given === undefined) return known;
  const wanted = given.split(',').map((id) => id.trim());
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new InputError(`--samplers: expected some of ${known.join(', ')}, got "${unknown}"`);
  }
  if (wanted.includes(reference)) return known.filter((id) => wanted.includes(id));
  throw new InputError(
    `--samplers: expected ${reference} among them, since all others are compared with it`,
  );
}
