import type { Competition } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { Standing } from '../view/live-view.ts';
import { colours, noPaint, widthOf } from '../view/text.ts';
import { buildReport, type EvaluatedVersion, type ReportInput } from './build-report.ts';
import { renderReport } from './render-report.ts';

const competition = (id: string, split: 'train' | 'held-out', metric: Competition['metric']) =>
  ({ id, split, metric, direction: metric === 'rmsle' ? 'minimize' : 'maximize' }) as Competition;

const competitions = [
  competition('house-prices', 'train', 'rmsle'),
  competition('telco-churn', 'train', 'auc'),
  competition('party-identification', 'held-out', 'quadratic_kappa'),
];

/** `valid`: how many of each competition's 20 drafts are valid, the last ones. */
function evaluated(version: number, valid: Record<string, number>): EvaluatedVersion {
  const drafts = Object.entries(valid).flatMap(([id, count]) =>
    Array.from({ length: 20 }, (_, sample) => ({
      ...{ competition: id, sample, valid: sample >= 20 - count, tokens: [sample < count ? 1 : 2] },
      reward: sample >= 20 - count ? 0.75 : 0,
    })),
  );
  return { version, drafts: drafts.reverse(), lost: 0, expected: 60 };
}

const input: ReportInput = {
  run: 'quickstart-1',
  standing: Standing.Finished,
  failure: null,
  iterations: { learnt: 15, all: 15 },
  changes: [],
  executions: 480,
  evaluationExecutions: 120,
  seconds: 312,
  before: evaluated(0, { 'house-prices': 2, 'telco-churn': 4, 'party-identification': 2 }),
  after: evaluated(15, { 'house-prices': 20, 'telco-churn': 19, 'party-identification': 20 }),
  competitions,
  best: new Map([
    [
      'house-prices',
      {
        ...{ score: 0.13421, referencePercentile: 0.83, attempt: 'train.9.2.4' },
        path: '/home/someone/acegrpo/.ace/artifacts/ab/abcdef',
      },
    ],
  ]),
  vocabulary: {
    words: ['', 'median', 'none'],
    decisions: [{ name: 'imputation', tokens: [1, 2] }],
  },
};

describe('buildReport', () => {
  const report = buildReport(input);

  it('keeps trained-on and held-out competitions apart', () => {
    expect(report.validRate).toEqual({ before: 0.15, after: 0.975 });
    expect(report.heldOut.validRate).toEqual({ before: 0.1, after: 1 });
    expect(report.heldOut.samples).toEqual({ before: 20, after: 20 });
  });

  it('takes all samples of a competition in order for its steps', () => {
    // Valid are samples 18 and 19 of 20: 19 + 18 + … + 1 from the first 19 starts, 1 from the last.
    expect(report.heldOut.stepsToFirstValid).toEqual({ before: (190 + 1) / 20, after: 1 });
  });

  it('gives each competition its own figures and its best program', () => {
    expect(report.competitions.map(({ id, bestScore }) => [id, bestScore])).toEqual([
      ['house-prices', 0.13421],
      ['telco-churn', null],
      ['party-identification', null],
    ]);
    expect(report.competitions[1]).toMatchObject({
      split: 'train',
      validRate: { before: 0.2, after: 0.95 },
      meanReward: { before: 0.15, after: 0.7125 },
    });
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('says what is missing from an unfinished run', () => {
    const early = buildReport({
      ...input,
      standing: Standing.Stopped,
      iterations: { learnt: 3, all: 15 },
      before: { ...input.before, drafts: input.before.drafts.slice(0, 50), lost: 1 },
      after: null,
    });
    expect(early.complete).toBe(false);
    expect(early.missing).toBe(
      "12 of 15 iterations, 9 of 60 drafts of version 0's evaluation, the evaluation of a later version",
    );
    expect(early.validRate.after).toBeNull();
    expect(renderReport(early, noPaint).join('\n')).toContain('Not complete: the figures so far.');
  });
});

describe('renderReport', () => {
  it('reads well at 80 columns', () => {
    expect(renderReport(buildReport(input), noPaint).join('\n')).toMatchInlineSnapshot(`
      "quickstart-1 finished
      15 of 15 iterations, 480 training executions and 120 to evaluate, in 5 min 12 s

      Best programs: the highest grade of all attempts
        in /home/someone/acegrpo/.ace/artifacts
        house-prices           rmsle 0.1342, beats 83 % of the leaderboard
          ab/abcdef

      What was learnt: share of root drafts, version 0 → version 15
        imputation               median                         13 % → 98 %

                              valid rate      steps          mean reward    best score
      trained on
        house-prices          10 % → 100 %    9.6 → 1.0      0.07 → 0.75    0.1342
        telco-churn           20 % → 95 %     7.8 → 1.1      0.15 → 0.71    –
      held out
        party-identification  10 % → 100 %    9.6 → 1.0      0.07 → 0.75    –

      Fixed evaluation: root drafts, the same seeds for each version
                                  version 0                 version 15
      trained on, 2 competitions  40 drafts                 40 drafts
        valid rate                15.0 % [7.1, 29.1]        97.5 % [87.1, 99.6]
        mean reward               0.113 [0.026, 0.199]      0.731 [0.693, 0.769]
        steps to first valid      8.68 [4.55, 11.86]        1.02 [1.00, 1.19]
        none in 20 steps          0 %                       0 %
      held out, 1 competition     20 drafts                 20 drafts
        valid rate                10.0 % [2.8, 30.1]        100.0 % [83.9, 100.0]
        mean reward               0.075 [-0.033, 0.183]     0.750 [0.750, 0.750]
        steps to first valid      9.55 [3.32, 15.49]        1.00 [1.00, 1.19]
        none in 20 steps          0 %                       0 %
      [95 % interval]. Steps: drafts until the first valid one, from every starting
      point of a competition's samples; 20 where none of 20 is valid."
    `);
  });

  it('lists the changes of limits', () => {
    const changes = [
      { number: 1, fromIteration: 3, groups: 4, iterations: null, learningRate: 0.001 },
      { number: 2, fromIteration: 9, groups: null, iterations: 15, learningRate: null },
    ];
    const lines = renderReport(buildReport({ ...input, changes }), noPaint);
    expect(lines.slice(2, 4)).toEqual([
      'changed from iteration 3 on: groups 4, learning rate 0.001',
      'changed from iteration 9 on: iterations 15',
    ]);
  });

  it('keeps within 80 columns with the widest figures, but for paths', () => {
    const wide = buildReport({
      ...input,
      run: 'r'.repeat(60),
      failure: {
        iteration: 3,
        step: 'iteration 3',
        reason: 'x '.repeat(200),
        remedy: 'y',
        command: 'z',
      },
      after: null,
      best: new Map([...input.best].map(([id, best]) => [id, { ...best, score: -123456.789 }])),
    });
    const lines = renderReport(wide, colours).filter((line) => !line.includes('/artifacts/'));
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
  });
});
