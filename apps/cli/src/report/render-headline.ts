import { stepCap } from '@ace/curriculum';
import { fixed, padded, type Paint, percent, plural, wrapped } from '../view/text.ts';
import type { Change, Interval, Measured, RunReport } from './contract.ts';

const nameWidth = 28;
const cellWidth = 26;

type Words = (value: number | null) => string;

/** The fixed evaluation: trained-on and held-out competitions apart. */
export function renderHeadline(report: RunReport, paint: Paint, width: number): string[] {
  const { before, after } = report.versions;
  const count = (split: string): number =>
    report.competitions.filter((competition) => competition.split === split).length;
  return [
    paint.strong('Fixed evaluation: root drafts, the same seeds for each version'),
    row('', `version ${before}`, after === null ? '' : `version ${after}`),
    ...part('trained on', count('train'), report),
    ...part('held out', count('held-out'), report.heldOut),
    ...wrapped(
      `[95 % interval]. Steps: drafts until the first valid one, from every starting point of a ` +
        `competition's samples; ${stepCap} where none of ${stepCap} is valid.`,
      width,
    ).map(paint.faint),
  ];
}

function part(name: string, competitions: number, measured: Measured): string[] {
  if (competitions === 0) return [];
  const { before, after } = measured.samples;
  const samples = (count: number | null): string => (count === null ? '' : `${count} drafts`);
  return [
    row(`${name}, ${plural(competitions, 'competition')}`, samples(before), samples(after)),
    figures('valid rate', measured.validRate, measured.validRateInterval, (share) =>
      percent(share, 1),
    ),
    figures('mean reward', measured.meanReward, measured.meanRewardInterval, (reward) =>
      fixed(reward, 3),
    ),
    figures(
      'steps to first valid',
      measured.stepsToFirstValid,
      measured.stepsToFirstValidInterval,
      (steps) => fixed(steps, 2),
    ),
    figures(`none in ${stepCap} steps`, measured.stepsFailedShare, null, (share) => percent(share)),
  ];
}

function figures(
  name: string,
  values: Change<number>,
  intervals: Change<Interval> | null,
  words: Words,
): string {
  const cell = (side: 'before' | 'after'): string =>
    words(values[side]) + intervalText(intervals?.[side] ?? null, words);
  return row(`  ${name}`, cell('before'), cell('after'));
}

/** The unit stands beside the value and is not said again. */
const intervalText = (interval: Interval | null, words: Words): string =>
  interval === null ? '' : ` [${interval.map((end) => words(end).replace(' %', '')).join(', ')}]`;

const row = (name: string, before: string, after: string): string =>
  `${padded(name, nameWidth)}${padded(before, cellWidth)}${after}`.trimEnd();
