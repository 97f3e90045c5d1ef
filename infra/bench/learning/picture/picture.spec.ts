import { describe, expect, it } from 'vitest';
import { resultsWith, runOf, tenSeeds } from '../testing/runs.ts';
import { drawPicture } from './picture.ts';

const samplers = ['lp', 'uniform', 'roots-only'];
const picture = drawPicture(resultsWith(tenSeeds(), samplers));
const count = (svg: string, start: string): number => svg.split(start).length - 1;

/** Tags that are open at the end; throws at a tag that closes another one. */
function openTags(svg: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (closing && open.pop() !== name) throw new Error(`</${name}> closes another element`);
    if (!closing && !empty) open.push(name!);
  }
  return open;
}

describe('drawPicture', () => {
  it('is well formed, and holds no number that is none', () => {
    expect(openTags(picture)).toEqual([]);
    expect(picture).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('draws a band and a curve a sampler in both blocks, and the reference behind the others', () => {
    expect(count(picture, '<polygon')).toBe(2 * 3);
    expect(count(picture, '<polyline')).toBe(2 * (3 + 2));
  });

  it('draws one interval a measure for every sampler but the reference', () => {
    expect(count(picture, '<circle')).toBe(4 * 2);
    const hollow = /<circle[^>]*fill="#ffffff"/g;
    expect(picture.match(hollow)).toHaveLength(4);
  });

  it('names samplers, quantities and units', () => {
    const words = ['LP', 'roots only', 'uniform', 'training executions', 'reward (0 to 1)'];
    for (const word of [...words, 'share of drafts', '10 paired seeds', '95 %']) {
      expect(picture).toContain(word);
    }
  });

  it('keeps everything inside of the picture', () => {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture)!.map(Number);
    for (const [, name, value] of picture.matchAll(/ (x|x1|x2|cx|y|y1|y2|cy)="(-?[\d.]+)"/g)) {
      expect(Number(value)).toBeGreaterThanOrEqual(0);
      expect(Number(value)).toBeLessThanOrEqual(name!.includes('x') ? width! : height!);
    }
  });

  it('draws no band and no interval where one seed gives none', () => {
    const runs = [runOf('lp', 1, [0.1, 0.8]), runOf('uniform', 1, [0.1, 0.2])];
    const single = drawPicture(resultsWith(runs, ['lp', 'uniform']));
    expect(count(single, '<polygon')).toBe(0);
    expect(count(single, '<circle')).toBe(4);
    expect(single).not.toContain('band');
  });
});
