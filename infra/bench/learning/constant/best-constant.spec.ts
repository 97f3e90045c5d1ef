import { describe, expect, it } from 'vitest';
import { findBestConstant } from './best-constant.ts';
import { collectPrograms, type Fared, type SeenAttempt, shortlist } from './candidates.ts';

const seen = (program: string, competition: string, reward: number): SeenAttempt => ({
  ...{ program, competition, reward, valid: reward > 0 },
});
const attempts = [
  seen('1 2', 'a', 0.5),
  seen('1 2', 'b', 0.5),
  seen('3 4', 'a', 0.9),
  seen('5 6', 'held', 1),
  seen('1 2', 'a', 0.5),
];
const truth: Record<string, number> = { '3 4 b': 0.3, '3 4 held': 0.2, '1 2 held': 0, '5 6 a': 0 };

async function find(from: readonly SeenAttempt[]) {
  const asked: string[] = [];
  const execute = (program: string, competition: string): Promise<Fared> => {
    asked.push(`${program} ${competition}`);
    const reward = truth[`${program} ${competition}`] ?? 0;
    return Promise.resolve({ valid: reward > 0, reward });
  };
  const best = await findBestConstant({
    ...{ collected: collectPrograms(from), trainedOn: ['a', 'b'], heldOut: ['held'], execute },
    describe: (program) => ({ all: program }),
  });
  return { best, asked };
}

describe('collectPrograms', () => {
  it('counts what came again, and what fared differently then', () => {
    const twice = [...attempts, seen('3 4', 'a', 0.8)];
    expect(collectPrograms(twice)).toMatchObject({ repeated: 2, disagreeing: 1 });
    expect(collectPrograms(twice).known.get('3 4')?.get('a')?.reward).toBe(0.9);
  });
});

describe('shortlist', () => {
  it('puts first what is known to bring most where it was trained; unknown counts nothing', () => {
    const { known } = collectPrograms(attempts);
    expect(shortlist(known, ['a', 'b'], 2)).toEqual(['1 2', '3 4']);
    expect(shortlist(known, ['a'], 1)).toEqual(['3 4']);
  });
});

describe('findBestConstant', () => {
  it('runs shortlisted programs where no run tried them, and takes the best on average', async () => {
    const { best, asked } = await find(attempts);
    expect(asked).toEqual(['1 2 held', '3 4 b', '3 4 held', '5 6 a', '5 6 b']);
    expect(best.choices).toEqual({ all: '3 4' });
    expect(best.trainedOn).toEqual({ drafts: 2, valid: 2, validRate: 1, meanReward: 0.6 });
    expect(best.heldOut.meanReward).toBe(0.2);
    expect(best).toMatchObject({ seen: 3, shortlisted: 3, executions: 5 });
  });

  it('is not moved by what is held out', async () => {
    const { best } = await find([...attempts, seen('1 2', 'held', 1)]);
    expect(best.choices).toEqual({ all: '3 4' });
  });

  it('throws where there is no program', async () => {
    await expect(find([])).rejects.toThrow('no run wrote a program');
  });
});
