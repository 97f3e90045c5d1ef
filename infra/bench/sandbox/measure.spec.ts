import { describe, expect, it } from 'vitest';
import { measureLevel } from './measure.ts';
import { type WayId, wayIds } from './results-contract.ts';
import type { Way } from './ways.ts';

/** Ways that only write down when they begin and how many are at work then. */
function waysThat(execute: (id: WayId) => Promise<void>): { ways: Way[]; log: [WayId, number][] } {
  const log: [WayId, number][] = [];
  let atWork = 0;
  const way = (id: WayId): Way => ({
    id,
    async execute() {
      atWork += 1;
      log.push([id, atWork]);
      await execute(id);
      atWork -= 1;
      return { all: 1 };
    },
  });
  return { ways: wayIds.map(way), log };
}

const running = new AbortController().signal;
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('measureLevel', () => {
  it.each([
    [1, 20, 1],
    [2, 5, 4],
    [4, 3, 8],
    [8, 2, 16],
  ])('runs %i at once, 20 or more of each way, in %i blocks of %i', async (atOnce, count, size) => {
    const { ways, log } = waysThat(soon);
    const { blocks } = await measureLevel(ways, atOnce, 20, running);
    for (const id of wayIds) {
      const sizes = blocks[id].map(({ executions }) => executions.length);
      expect(sizes).toEqual(Array(count).fill(size));
    }
    expect(Math.max(...log.map(([, atWork]) => atWork))).toBe(atOnce);
  });

  it('lets the ways take turns, in every order', async () => {
    const { ways, log } = waysThat(soon);
    await measureLevel(ways, 1, 6, running);
    const warmUp = 6;
    expect(log.slice(warmUp).map(([id]) => id)).toEqual([
      ...['ours', 'bare', 'plain'],
      ...['bare', 'plain', 'ours'],
      ...['plain', 'ours', 'bare'],
      ...['plain', 'bare', 'ours'],
      ...['ours', 'plain', 'bare'],
      ...['bare', 'ours', 'plain'],
    ]);
  });

  it('begins nothing more once it is told to end', async () => {
    const asked = new AbortController();
    const { ways, log } = waysThat((id) => {
      if (id === 'bare') asked.abort(new Error('enough'));
      return soon();
    });
    await expect(measureLevel(ways, 1, 5, asked.signal)).rejects.toThrow('enough');
    expect(log.map(([id]) => id)).toEqual(['ours', 'ours', 'bare']);
  });

  it('ends with the first failure, and not before what runs beside it is done', async () => {
    let atWork = 0;
    const { ways } = waysThat(async () => {
      const number = (atWork += 1);
      await soon();
      if (number === 3) throw new Error('no disk');
      await soon();
      atWork -= 1;
    });
    await expect(measureLevel(ways, 4, 4, running)).rejects.toThrow('no disk');
    expect(atWork).toBe(1);
  });
});
