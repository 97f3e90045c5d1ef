import { addressedUniform } from '@ace/curriculum';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Draw, drawFor } from './draw.ts';
import { eventually } from './eventually.ts';

/**
 * Kills one thing of a kind while something runs, and puts back what has to be there again. Resolves with who
 * was killed; null when nothing ran at that moment, and then it does not count.
 */
export type Kill = (draw: Draw) => Promise<string | null>;

export interface Killed {
  kind: string;
  who: string;
}

/** Of a run; the rest is left in peace, so that no kill comes too late. */
const shareWithKills = 0.85;
const longestPauseMs = 500;
const patienceSeconds = 600;

/**
 * Kills each kind so many times. Order, moments and victims hang on the seed alone; moments are shares of the way
 * that the run has gone, from 0 to 1 as `progress` tells it, so that they lie all along it on every machine.
 */
export async function killAtRandom<Kind extends string>(
  seed: number,
  kinds: Record<Kind, Kill>,
  times: number,
  progress: () => Promise<number>,
): Promise<Killed[]> {
  const killed: Killed[] = [];
  for (const [kind, moment] of planOf(seed, Object.keys(kinds) as Kind[], times)) {
    const draw = drawFor(seed, killed.length);
    const hasCome = async () => (await progress()) >= moment;
    await eventually(`${moment} of the run is done`, hasCome, patienceSeconds);
    await sleep(longestPauseMs * draw.share('pause'));
    await eventually(`a kill: ${kind}`, async () => {
      const who = await kinds[kind](draw);
      if (who !== null) killed.push({ kind, who });
      return who !== null;
    });
  }
  return killed;
}

function planOf<Kind>(seed: number, kinds: readonly Kind[], times: number): [Kind, number][] {
  const all = kinds.flatMap((kind) => Array.from({ length: times }, () => kind));
  return all
    .map((kind, place): [Kind, number] => [
      kind,
      shareWithKills * addressedUniform({ seed, purpose: 'moment', parts: [place] }),
    ])
    .sort(([, a], [, b]) => a - b);
}
