import type { Results } from '../results-contract.ts';
import { ink } from './colours.ts';
import { curveBlockHeight, drawCurves } from './curves.ts';
import { differencesHeight, drawDifferences } from './differences.ts';
import { counted } from '../counted.ts';
import { element, text } from './svg.ts';

const width = 960;
const margin = 20;
const headHeight = 66;

/** The results as one SVG picture: curves on competitions trained on, and differences to the reference. */
export function drawPicture(results: Results): string {
  const { bestConstant } = results.baselines;
  const frame = { x: margin, width: width - 2 * margin };
  const [rewards, rates] = [headHeight, headHeight + curveBlockHeight];
  const differences = rates + curveBlockHeight;
  const height = differences + differencesHeight(results.summary.samplers.length - 1);
  const body = [
    element('rect', { width, height, fill: '#ffffff' }),
    heading(results),
    drawCurves(
      results,
      {
        measure: 'trainedOn.meanReward',
        title: 'Mean reward of root drafts, competitions trained on',
        yLabel: 'reward (0 to 1)',
        constant: bestConstant.trainedOn.meanReward,
      },
      { ...frame, y: rewards },
    ),
    drawCurves(
      results,
      {
        measure: 'trainedOn.validRate',
        title: 'Valid rate of root drafts, competitions trained on',
        yLabel: 'share of drafts',
        constant: bestConstant.trainedOn.validRate,
      },
      { ...frame, y: rates },
    ),
    drawDifferences(results, { ...frame, y: differences }),
  ];
  return `${element('svg', attributesOf(results, height), ...body)}\n`;
}

const attributesOf = (results: Results, height: number) => ({
  xmlns: 'http://www.w3.org/2000/svg',
  viewBox: `0 0 ${width} ${height}`,
  width,
  height,
  role: 'img',
  'aria-label': titleOf(results),
  'font-family': 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
});

const titleOf = ({ samplers, seeds, checks }: Results): string =>
  `${samplers.length} samplers at equal executions: ${counted(seeds.length, 'paired seed')}, ` +
  `${checks.executionsPerRun} training executions a run`;

const heading = (results: Results): string =>
  text(margin, 30, titleOf(results), { size: 17, weight: 'bold' }) +
  text(margin, 52, legendOf(results), { fill: ink.faint });

const legendOf = ({ summary, seeds }: Results): string =>
  `Line: mean over seeds${seeds.length > 1 ? ', band: its 95 % interval' : ''}. ` +
  `Dashed grey: ${summary.reference}. Dotted: best constant program. Start: random programs. ` +
  'LP is the LP reconstruction.';
