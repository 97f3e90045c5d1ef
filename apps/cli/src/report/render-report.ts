import type { AcceptedChange } from '@ace/config';
import { basename, dirname, join } from 'node:path';
import { failureText, Standing } from '../view/live-view.ts';
import {
  cut,
  duration,
  fixed,
  padded,
  type Paint,
  percent,
  plural,
  wrapped,
} from '../view/text.ts';
import type { Change, CompetitionReport, LearntChoice, RunReport } from './contract.ts';
import { renderHeadline } from './render-headline.ts';

const mostChoices = 8;
const idWidth = 22;

/**
 * A report for people, at most `width` columns, the headline last: that is what stays in sight on a terminal.
 * The folder of programs is named once and may be wider.
 */
export function renderReport(report: RunReport, paint: Paint, width = 80): string[] {
  const sections = [
    headOf(report, paint, width),
    programsOf(report, paint, width),
    learntOf(report, paint),
    competitionsOf(report, paint),
    renderHeadline(report, paint, width),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function headOf(report: RunReport, paint: Paint, width: number): string[] {
  const { iterations, executions, evaluationExecutions, failure } = report;
  const facts =
    `${iterations.learnt} of ${plural(iterations.all, 'iteration')}, ` +
    `${plural(executions, 'training execution')} and ${evaluationExecutions} to evaluate, ` +
    `in ${duration(report.seconds)}`;
  const gaps = report.missing
    ? `Not complete: the figures so far. Missing: ${report.missing}.`
    : '';
  const failed = failure ? failureText(failure) : '';
  return [
    `${paint.strong(report.run)} ${standingWords(report.standing)}`,
    ...wrapped(facts, width),
    ...report.changes.flatMap((change) => wrapped(changeText(change), width)),
    ...wrapped(gaps, width).map(paint.strong),
    ...wrapped(failed, width).map(paint.bad),
  ];
}

/** `changed from iteration 3 on: groups 4, learning rate 0.001` */
function changeText({ fromIteration, groups, iterations, learningRate }: AcceptedChange): string {
  const limits = { groups, iterations, 'learning rate': learningRate };
  const changed = Object.entries(limits).filter(([, value]) => value !== null);
  const words = changed.map(([limit, value]) => `${limit} ${value}`).join(', ');
  return `changed from iteration ${fromIteration} on: ${words}`;
}

const standingWords = (standing: Standing): string =>
  standing === Standing.Stopped ? 'stopped before its end' : standing;

function competitionsOf({ competitions }: RunReport, paint: Paint): string[] {
  const part = (split: CompetitionReport['split'], title: string): string[] => {
    const rows = competitions.filter((competition) => competition.split === split);
    return rows.length === 0 ? [] : [title, ...rows.map(competitionRow)];
  };
  const heads = ['valid rate', 'steps', 'mean reward', 'best score'];
  return [
    paint.faint(tableRow('', heads)),
    ...part('train', 'trained on'),
    ...part('held-out', 'held out'),
  ];
}

function competitionRow(competition: CompetitionReport): string {
  return tableRow(`  ${cut(competition.id, idWidth - 2)}`, [
    changeOf(competition.validRate, (share) => percent(share)),
    changeOf(competition.stepsToFirstValid, (steps) => fixed(steps, 1)),
    changeOf(competition.meanReward, (reward) => fixed(reward, 2)),
    scoreText(competition.bestScore),
  ]);
}

const columns = [15, 14, 14, 0];

const tableRow = (name: string, cells: readonly string[]): string =>
  `${padded(name, idWidth)}  ${cells.map((cell, index) => padded(cell, columns[index] ?? 0)).join(' ')}`.trimEnd();

const changeOf = (
  { before, after }: Change<number>,
  words: (value: number | null) => string,
): string => (before === null && after === null ? '–' : `${words(before)} → ${words(after)}`);

function learntOf({ learnt, versions }: RunReport, paint: Paint): string[] {
  if (learnt.length === 0) return [];
  return [
    paint.strong(`What was learnt: share of root drafts, version 0 → version ${versions.after}`),
    ...learnt.slice(0, mostChoices).map(choiceRow),
  ];
}

const choiceRow = ({ decision, choice, before, after }: LearntChoice): string =>
  `  ${padded(cut(decision, 24), 24)} ${padded(cut(choice, 30), 30)} ${percent(before)} → ${percent(after)}`;

function programsOf({ competitions }: RunReport, paint: Paint, width: number): string[] {
  const lines = competitions.flatMap(({ id, metric, best }) => {
    if (best === null) return [];
    const { score, referencePercentile, path } = best;
    const words = `${metric} ${scoreText(score)}, beats ${percent(referencePercentile)} of the leaderboard`;
    return [
      cut(`  ${padded(cut(id, idWidth), idWidth)} ${words}`, width),
      `    ${join(basename(dirname(path)), basename(path))}`,
    ];
  });
  const folder = competitions.find(({ best }) => best !== null)?.best?.path;
  if (folder === undefined) return [];
  return [
    paint.strong('Best programs: the highest grade of all attempts'),
    `  in ${dirname(dirname(folder))}`,
    ...lines,
  ];
}

/** A score with as many digits as say something: 0.1342, 12.35, 24510. */
function scoreText(score: number | null): string {
  if (score === null) return '–';
  if (Math.abs(score) >= 1000) return score.toFixed(0);
  return Math.abs(score) >= 10 ? score.toFixed(2) : score.toFixed(4);
}
