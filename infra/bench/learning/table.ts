import { counted } from './counted.ts';
import { type Difference, Finding, type Interval, type Results } from './results-contract.ts';

/** The results as text, at most 80 columns wide. */
export function renderTable(results: Results): string {
  const { seeds, checks, summary } = results;
  const head =
    `${summary.samplers.length} samplers, ${counted(seeds.length, 'paired seed')}, ` +
    `${checks.executionsPerRun} training executions a run`;
  const rewards = block(results, 'Mean reward of root drafts', 'meanReward');
  const rates = block(results, 'Valid rate of root drafts', 'validRate');
  return [head, rewards, rates, notesOn(results)].join('\n\n');
}

const nameWidth = 17;
const splits = ['trainedOn', 'heldOut'] as const;
const columnHead = 'area  minus uniform [95 %]'.padEnd(30);
const splitHead = 'trained on'.padEnd(30);

function block({ samplers, summary, baselines }: Results, title: string, quantity: string): string {
  const labels = new Map(samplers.map(({ id, label }) => [id, label]));
  const rows = summary.samplers.map(({ sampler, areas, differences }) => {
    const cells = splits.map((split) => {
      const measure = `${split}.${quantity}`;
      return `${fixed(areas[measure]!.value)} ${differenceCell(differences?.[measure])}`;
    });
    return row(labels.get(sampler) ?? sampler, cells);
  });
  const constant = splits.map((split) =>
    fixed(quantity === 'validRate' ? validRateOf(baselines, split) : rewardOf(baselines, split)),
  );
  const random = splits.map((split) =>
    fixed(baselines.uniformRandom[`${split}.${quantity}`]!.value),
  );
  return [
    `${title}: area under its curve, per training execution`,
    row('', [splitHead, 'held out']),
    row('', [columnHead, columnHead]),
    ...rows,
    row('random programs', random),
    row('best constant', constant),
  ].join('\n');
}

const validRateOf = ({ bestConstant }: Results['baselines'], split: (typeof splits)[number]) =>
  bestConstant[split].validRate;
const rewardOf = ({ bestConstant }: Results['baselines'], split: (typeof splits)[number]) =>
  bestConstant[split].meanReward;

const row = (name: string, [left = '', right = '']: readonly string[]): string =>
  `${name.padEnd(nameWidth)} ${left.padEnd(30)} ${right}`.trimEnd();

function differenceCell(difference: Difference | undefined): string {
  if (!difference) return '';
  const mark = difference.finding === Finding.NoneShown ? '' : '*';
  return `${signed(difference.value)} ${intervalText(difference, signed)}${mark}`;
}

/** `[-0.010, +0.070]`, or that there is none. */
function intervalText({ low, high }: Interval, format: (value: number) => string): string {
  return low === null || high === null ? '[no interval]' : `[${format(low)}, ${format(high)}]`;
}

const fixed = (value: number): string => value.toFixed(3);
const signed = (value: number): string => (value < 0 ? '' : '+') + fixed(value);

function notesOn({ seeds, checks, summary, baselines }: Results): string {
  const comparisons = summary.samplers.filter(({ differences }) => differences !== null).length;
  const { bestConstant } = baselines;
  return [
    '* the interval (paired bootstrap over seeds, 95 %) does not hold 0. All others:',
    `  no difference shown. Primary: reward, trained on (${counted(comparisons, 'interval')}).`,
    '  By chance alone an interval misses 0 in 5 of 100 benchmarks, in a few more',
    '  with few seeds.',
    `  Best constant: of ${bestConstant.seen} programs seen, ${bestConstant.shortlisted} run everywhere.`,
    ...(seeds.length < 10 ? ['! Fewer than 10 seeds: a trial, not a result.'] : []),
    ...(checks.sameStart ? [] : ['! Runs of one seed differ before any training: not paired.']),
    ...(checks.sourcesChanged ? ['! Sources were edited while the runs were made.'] : []),
    ...(checks.disagreeingPrograms > 0
      ? [
          `! ${checks.disagreeingPrograms} of ${checks.repeatedPrograms} programs that ran more than once` +
            ' fared differently.',
        ]
      : []),
  ].join('\n');
}
