import { type Difference, Finding, type Results } from '../results-contract.ts';
import { coloursOf, ink } from './colours.ts';
import type { Frame } from './curves.ts';
import { linearScale, type Scale, ticksOf } from './scale.ts';
import { element, line, text } from './svg.ts';

const rowHeight = 24;
const left = 128;
const gap = 22;

const titles: Readonly<Record<string, string>> = {
  'trainedOn.meanReward': 'reward, trained on (primary)',
  'trainedOn.validRate': 'valid rate, trained on',
  'heldOut.meanReward': 'reward, held out',
  'heldOut.validRate': 'valid rate, held out',
};

export const differencesHeight = (samplers: number): number => 46 + rowHeight * samplers + 48;

interface Row {
  sampler: string;
  differences: Record<string, Difference>;
}

/** One column a measure, one row a sampler: its difference to the reference with the interval. */
export function drawDifferences(results: Results, frame: Frame): string {
  const { measures, reference, samplers } = results.summary;
  const rows = samplers.flatMap(({ sampler, differences }) =>
    differences ? [{ sampler, differences }] : [],
  );
  const extent = extentOf(rows);
  const width = (frame.width - left - gap * (measures.length - 1)) / measures.length;
  const top = frame.y + 46;
  const columns = measures.map(({ id }, index) => {
    const from = frame.x + left + index * (width + gap);
    const scale = linearScale([-extent, extent], [from, from + width]);
    const marks = rows.map((row, place) => mark(results, row, id, scale, top + rowHeight * place));
    const title = text(from + width / 2, top - 8, titles[id] ?? id, { anchor: 'middle' });
    return [axis(scale, extent, top, rows.length), title, ...marks].join('');
  });
  const bottom = top + rowHeight * rows.length;
  return [
    text(frame.x, frame.y + 18, `Area under the curve: difference to ${reference}`, {
      ...{ size: 14, weight: 'bold' },
    }),
    ...labelsOf(results, rows, frame.x, top),
    ...columns,
    text(frame.x + left + (frame.width - left) / 2, bottom + 36, axisTitle, { anchor: 'middle' }),
  ].join('');
}

const axisTitle =
  'difference of the mean heights (of 1); 95 % paired bootstrap interval, hollow: it holds 0';

/** Half the width of the common scale: the farthest end, and a little more. */
function extentOf(rows: readonly Row[]): number {
  const ends = rows.flatMap(({ differences }) =>
    Object.values(differences).flatMap(({ value, low, high }) => [value, low ?? 0, high ?? 0]),
  );
  return Math.max(0.01, ...ends.map(Math.abs)) * 1.08;
}

const labelsOf = (results: Results, rows: readonly Row[], x: number, top: number): string[] => {
  const labels = new Map(results.samplers.map(({ id, label }) => [id, label]));
  return rows.map(({ sampler }, place) =>
    text(x, top + rowHeight * (place + 0.5) + 4, labels.get(sampler) ?? sampler),
  );
};

function axis(scale: Scale, extent: number, top: number, rows: number): string {
  const bottom = top + rowHeight * rows;
  const ticks = ticksOf([-extent, extent], 3).map((value) => {
    const stroke = value === 0 ? ink.text : ink.grid;
    const label = text(scale(value), bottom + 16, tickText(value), { size: 11, anchor: 'middle' });
    return line([scale(value), top], [scale(value), bottom], { stroke }) + label;
  });
  return ticks.join('');
}

const tickText = (value: number): string =>
  value === 0 ? '0' : `${value > 0 ? '+' : '−'}${Math.abs(value)}`;

/** A filled dot where the interval does not hold 0, a hollow one where no difference is shown. */
function mark(results: Results, row: Row, measure: string, scale: Scale, top: number): string {
  const ids = results.summary.samplers.map(({ sampler }) => sampler);
  const colour = coloursOf(ids, results.summary.reference).get(row.sampler)!;
  const { value, low, high, finding } = row.differences[measure]!;
  const y = top + rowHeight / 2;
  const bar =
    low === null || high === null
      ? ''
      : line([scale(low), y], [scale(high), y], { stroke: colour, width: 2 });
  const fill = finding === Finding.NoneShown ? '#ffffff' : colour;
  const dot = { cx: scale(value), cy: y, r: 4, fill, stroke: colour, 'stroke-width': 2 };
  return bar + element('circle', dot);
}
