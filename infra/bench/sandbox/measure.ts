import type { WayId } from './results-contract.ts';
import type { Steps } from './stopwatch.ts';
import type { Way } from './ways.ts';

/** Executions of one way, so many at once, one after the other. */
export interface Block {
  seconds: number;
  executions: Steps[];
}

/** The blocks of every way at one number at once; those of one place were measured one after the other. */
export interface LevelBlocks {
  atOnce: number;
  blocks: Record<WayId, Block[]>;
}

/**
 * Measures all ways, so many at once, in blocks that take turns, so that a machine that grows slower does so for
 * all of them. Begins nothing more once `signal` aborted, and rejects with its reason.
 */
export async function measureLevel(
  ways: readonly Way[],
  atOnce: number,
  count: number,
  signal: AbortSignal,
): Promise<LevelBlocks> {
  const blockOf = (way: Way, size: number) => measureBlock(way, { atOnce, size, signal });
  for (const way of ways) await blockOf(way, warmUp * atOnce);
  // One at once has no end of a block at which places are empty; its pairs are as close as can be.
  const size = atOnce === 1 ? 1 : perPlace * atOnce;
  const blocks: LevelBlocks['blocks'] = { ours: [], bare: [], plain: [] };
  for (let turn = 0; turn * size < count; turn++) {
    for (const way of turned(ways, turn)) blocks[way.id].push(await blockOf(way, size));
  }
  return { atOnce, blocks };
}

/** Programs at the same number at once whose times are thrown away, per place. */
const warmUp = 2;
/** Programs of a block, per place. */
const perPlace = 2;

/** Of three, every order once in six turns: what one leaves to the engine to tidy up, its successor bears. */
function turned<T>(all: readonly T[], turn: number): T[] {
  const order = all.map((_, place) => all[(turn + place) % all.length]!);
  return Math.floor(turn / all.length) % 2 === 0 ? order : order.reverse();
}

interface BlockOptions {
  atOnce: number;
  size: number;
  signal: AbortSignal;
}

async function measureBlock(way: Way, { atOnce, size, signal }: BlockOptions): Promise<Block> {
  const executions: Steps[] = [];
  let left = size;
  const begin = performance.now();
  const lane = async (): Promise<void> => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      executions.push(await way.execute());
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - begin) / 1000;
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  signal.throwIfAborted();
  return { seconds, executions };
}
