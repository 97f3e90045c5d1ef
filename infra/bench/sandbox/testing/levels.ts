import type { LevelBlocks } from '../measure.ts';
import { levels, type Making, type WayId } from '../results-contract.ts';

/** Blocks whose programs take so many milliseconds, at one at once and in proportion at more. */
export function levelsOf(ms: Record<WayId, number>, turns: number): LevelBlocks[] {
  return levels.map((atOnce) => {
    const block = (way: WayId, turn: number) => {
      const time = ms[way] * atOnce * (1 + turn / 100);
      const steps = { start: time * 0.75, wait: time * 0.25 };
      return { seconds: time / 1000, executions: Array.from({ length: atOnce }, () => steps) };
    };
    const blocks = (way: WayId) => Array.from({ length: turns }, (_, turn) => block(way, turn));
    return {
      atOnce,
      blocks: { ours: blocks('ours'), bare: blocks('bare'), plain: blocks('plain') },
    };
  });
}

export const making: Making = {
  madeAt: '2026-01-01T00:00:00.000Z',
  machine: {
    ...{ cpu: 'A Processor With Quite a Long Name @ 3.00GHz', cores: 64 },
    ...{ memoryBytes: 256 * 2 ** 30, system: 'Linux 6.1.0-some-distribution-amd64' },
  },
  engine: { version: '28.0.1', cgroupVersion: '2', storageDriver: 'overlay2', source: 'private' },
  versions: { node: '20.20.2', python: '3.11.2' },
};
