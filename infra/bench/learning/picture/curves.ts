import type { Results, SamplerSummary } from '../results-contract.ts';
import { coloursOf, ink } from './colours.ts';
import { linearScale, type Scale, ticksOf } from './scale.ts';
import { line, polygon, polyline, text } from './svg.ts';

export interface CurveBlock {
  /** Id of the measure that is drawn. */
  measure: string;
  title: string;
  /** With the unit. */
  yLabel: string;
  /** The best-constant program's value. */
  constant: number;
}

export interface Frame {
  x: number;
  y: number;
  width: number;
}

const panelHeight = 150;
const gap = 14;
const left = 52;
const widestPanel = 260;
/** Of a whole block, title and axis included. */
export const curveBlockHeight = panelHeight + 84;

interface Panel {
  x: Scale;
  y: Scale;
  from: number;
  to: number;
  top: number;
  bottom: number;
}

/** One panel a sampler, beside each other on one scale: the mean curve with its band over the reference's. */
export function drawCurves(results: Results, block: CurveBlock, frame: Frame): string {
  const { samplers, reference } = results.summary;
  const width = Math.min(
    widestPanel,
    (frame.width - left - gap * (samplers.length - 1)) / samplers.length,
  );
  const ids = samplers.map(({ sampler }) => sampler);
  const colours = coloursOf(ids, reference);
  const labels = new Map(results.samplers.map(({ id, label }) => [id, label]));
  const other = samplers.find(({ sampler }) => sampler === reference)!;
  const domain: [number, number] = [0, other.curve.at(-1)?.executions ?? 1];
  const top = frame.y + 46;
  const panels = samplers.map((summary, index) => {
    const from = frame.x + left + index * (width + gap);
    const panel = panelAt(from, from + width, top, domain);
    const colour = colours.get(summary.sampler)!;
    return [
      axes(panel, domain, index === 0),
      text(from, top - 8, labels.get(summary.sampler) ?? summary.sampler, {
        ...{ weight: 'bold', fill: colour },
      }),
      baseline(panel, block.constant),
      ...(summary === other ? [] : [curveLine(panel, other, block.measure, ink.reference, 1)]),
      band(panel, summary, block.measure, colour),
      curveLine(panel, summary, block.measure, colour, 2),
    ].join('');
  });
  const middle = frame.x + left + (samplers.length * (width + gap) - gap) / 2;
  return [
    text(frame.x, frame.y + 18, block.title, { size: 14, weight: 'bold' }),
    text(frame.x + 12, top + panelHeight / 2, block.yLabel, { anchor: 'middle', rotate: -90 }),
    ...panels,
    text(middle, top + panelHeight + 34, 'training executions', { anchor: 'middle' }),
  ].join('');
}

function panelAt(from: number, to: number, top: number, domain: [number, number]): Panel {
  const bottom = top + panelHeight;
  return {
    ...{ from, to, top, bottom },
    x: linearScale(domain, [from, to]),
    y: linearScale([0, 1], [bottom, top]),
  };
}

function axes({ x, y, from, to, bottom }: Panel, domain: [number, number], first: boolean): string {
  const rows = ticksOf([0, 1], 4).map((value) => {
    const grid = line([from, y(value)], [to, y(value)], { stroke: ink.grid });
    const label = text(from - 6, y(value) + 4, value.toFixed(1), { size: 11, anchor: 'end' });
    return first ? grid + label : grid;
  });
  const columns = ticksOf(domain, 2).map(
    (value) =>
      line([x(value), bottom], [x(value), bottom + 4], { stroke: ink.faint }) +
      text(x(value), bottom + 16, String(value), { size: 11, anchor: 'middle' }),
  );
  const floor = line([from, bottom], [to, bottom], { stroke: ink.faint });
  return [...rows, ...columns, floor].join('');
}

const baseline = ({ y, from, to }: Panel, value: number): string =>
  line([from, y(value)], [to, y(value)], { stroke: ink.text, dashes: '2 3' });

function curveLine(
  { x, y }: Panel,
  { curve }: SamplerSummary,
  measure: string,
  stroke: string,
  width: number,
): string {
  const points = curve.map(
    ({ executions, values }) => [x(executions), y(values[measure]!.value)] as const,
  );
  return polyline(points, { stroke, width, ...(width === 1 && { dashes: '6 3' }) });
}

/** Nothing where the mean has no interval. */
function band({ x, y }: Panel, { curve }: SamplerSummary, measure: string, fill: string): string {
  const ends = curve.map(({ executions, values }) => ({ executions, ...values[measure]! }));
  if (ends.some(({ low }) => low === null)) return '';
  const upper = ends.map(({ executions, high }) => [x(executions), y(high ?? 0)] as const);
  const lower = ends.map(({ executions, low }) => [x(executions), y(low ?? 0)] as const);
  return polygon([...upper, ...lower.reverse()], fill, 0.2);
}
