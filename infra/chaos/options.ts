import { InputError } from '@ace/config';
import { parseArgs } from 'node:util';
import { SandboxKind } from '../src/sandbox-setting.ts';
import { canDie, type Leg, Victim, victims } from './plan.ts';

export interface Options {
  kills: number;
  /** Of victims, phases and moments. */
  seed: number;
  recipe: string;
  /** One after the other; the kills are shared out among them. */
  legs: Leg[];
  /** Who may be killed. */
  victims: Victim[];
}

const longest = 10_000;
const deepest = 16;

/** `WorkerStopped` as `worker-stopped`. */
const victimNames = Object.keys(Victim).map((name) =>
  name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase(),
);

export const usage = `npm run chaos -- [options]

  --kills N     kills that count, over all depths (100)
  --seed S      of victims, phases and moments (another one each time)
  --recipe R    what is run (crash)
  --depths 1,2  pipeline depths, one after the other (1,2,4)
  --sandboxes K where programs run, by turns from depth to depth: bubblewrap,
                docker, or both (bubblewrap,docker); docker starts an engine
                of its own, as root
  --victims V   who is killed, of ${victimNames.join(', ')} (all)`;

/** @throws {@link InputError} naming the option and what was expected; null when help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const { help, kills = '100', seed, recipe = 'crash', ...rest } = parsed(args);
  if (help) return null;
  const options = {
    kills: numberFrom('--kills', kills, 1, longest),
    seed: seed === undefined ? freshSeed() : numberFrom('--seed', seed, 0, 2 ** 48),
    recipe,
    legs: legsOf(rest),
    victims: rest.victims === undefined ? victims : rest.victims.split(',').map(victimFrom),
  };
  refuseImmortals(options);
  return options;
}

function victimFrom(given: string): Victim {
  const place = victimNames.indexOf(given);
  if (place >= 0) return victims[place]!;
  const expected = `expected a list of ${victimNames.join(', ')}`;
  throw new InputError(`--victims: ${expected}, got "${given}"`);
}

function refuseImmortals({ victims: among, legs }: Pick<Options, 'victims' | 'legs'>): void {
  const idle = legs.find((leg) => !among.some((victim) => canDie(victim, leg)));
  if (!idle) return;
  const place = `depth ${idle.depth}, in ${idle.sandbox}`;
  throw new InputError(`--victims: none of ${among.join(', ')} is there at ${place}`);
}

function legsOf({ depths = '1,2,4', sandboxes = 'bubblewrap,docker' }): Leg[] {
  const kinds = sandboxes.split(',').map(kindFrom);
  return depths.split(',').map((depth, place) => ({
    depth: numberFrom('--depths', depth, 1, deepest),
    sandbox: kinds[place % kinds.length]!,
  }));
}

function kindFrom(given: string): SandboxKind {
  const kinds = Object.values(SandboxKind);
  const found = kinds.find((kind) => kind === given);
  if (found) return found;
  throw new InputError(`--sandboxes: expected a list of ${kinds.join(', ')}, got "${given}"`);
}

export const freshSeed = (): number => Date.now() % 1_000_000_000;

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...{ kills: text, seed: text, recipe: text, depths: text, sandboxes: text },
    victims: text,
  } as const;
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
