import type { Outcome, Report } from './conduct.ts';
import { shortfalls } from './demands.ts';
import type { Hit } from './kill.ts';
import { phases, type Victim } from './plan.ts';

/** The report as text, at most 80 columns wide. */
export function renderReport(report: Report): string {
  const { seed, hits, outcomes, seconds } = report;
  const equal = outcomes.filter(({ difference }) => difference === null).length;
  return [
    `${hits.length} kills in ${outcomes.length} runs, seed ${seed}, ${seconds.toFixed(0)} s`,
    victimTable(report.victims, hits),
    phaseTable(hits),
    runTable(outcomes),
    `${equal} of ${outcomes.length} digests equal that of an undisturbed run`,
    ...shortfalls(report).map((words) => `✗ ${words}`),
  ].join('\n\n');
}

/** `down`: from the kill until everything answers again, seconds. */
function victimTable(victims: readonly Victim[], hits: readonly Hit[]): string {
  const rows = victims.map((victim) => {
    const own = hits.filter((hit) => hit.victim === victim);
    const down = own.map(({ downMs }) => downMs / 1000).sort((a, b) => a - b);
    const again = own.reduce((sum, hit) => sum + hit.again, 0);
    return [victim, own.length, seconds(down[down.length >> 1]), seconds(down.at(-1)), again];
  });
  return table(
    [24, 8, 13, 12, 0],
    ['killed', 'times', 'down median', 'longest', 'run again'],
    rows,
  );
}

const seconds = (value: number | null | undefined): string =>
  value == null ? '' : `${value.toFixed(1)} s`;

function phaseTable(hits: readonly Hit[]): string {
  const rows = phases.map((phase) => {
    const own = hits.filter((hit) => hit.phase === phase);
    return [phase, own.length, new Set(own.map(({ point }) => point)).size];
  });
  return table([24, 8, 0], ['in flight', 'times', 'lines'], rows);
}

function runTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ run, kills, counts, seconds: took, lostSeconds, difference }) => [
    ...[run, kills, counts.attempts, counts.executions, seconds(counts.programSeconds)],
    ...[`${counts.overlapping} of ${counts.followers}`],
    ...[`${took.toFixed(0)} s`, `${lostSeconds.toFixed(0)} s`, difference ? 'differs' : 'equal'],
  ]);
  const head = ['run', 'kills', 'attempts', 'executions', 'each'];
  return table(
    [15, 6, 9, 11, 7, 10, 7, 7, 0],
    [...head, 'overlap', 'took', 'lost', 'digest'],
    rows,
  );
}

type Cell = string | number;

const table = (widths: readonly number[], head: readonly Cell[], rows: Cell[][]): string =>
  [head, ...rows]
    .map((cells) => cells.map((cell, place) => String(cell).padEnd(widths[place] ?? 0)))
    .map((cells) => cells.join('').trimEnd())
    .join('\n');
