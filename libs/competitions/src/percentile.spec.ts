import { describe, expect, it } from 'vitest';
import { referencePercentile } from './percentile.ts';

describe('referencePercentile', () => {
  it('is the share that a higher score beats where higher is better', () => {
    expect(referencePercentile(0.8, [0.9, 0.8, 0.7, 0.5], 'maximize')).toBe(0.5);
  });

  it('is the share that a lower score beats where lower is better', () => {
    expect(referencePercentile(1, [1, 2, 3, 4], 'minimize')).toBe(0.75);
  });

  it('goes from 0 to 1', () => {
    expect(referencePercentile(-1, [0.5, 0], 'maximize')).toBe(0);
    expect(referencePercentile(0.6, [0.5, 0], 'maximize')).toBe(1);
  });
});
