import type {
  BusyResult,
  EffectiveResult,
  KillsResult,
  Results,
  Spread,
} from './results-contract.ts';

/** The results as text, at most 80 columns wide. */
export function renderTables({ machine, kills, busy, effective }: Results): string {
  const { cpu, cores, memoryBytes, loadAtStart } = machine;
  const memory = `${(memoryBytes / (1 << 30)).toFixed(0)} GiB`;
  const head = `${cpu}, ${cores} cores, ${memory}, load ${loadAtStart.toFixed(1)} at the start`;
  const tables = [
    kills && killsTable(kills),
    busy && busyLines(busy),
    effective && effectiveTable(effective),
  ];
  return [head.slice(0, 80), ...tables.filter(Boolean)].join('\n\n');
}

const columns = [26, 8, 12, 12, 12];
const spreadHead = ['n', 'median', '95 %', 'longest'];

function killsTable({ seed, recipe, kills, away, recovery, byKind, byPhase }: KillsResult): string {
  return [
    `Worker killed ${kills} times, recipe ${recipe}, seed ${seed}`,
    row(['from the kill, s, until', ...spreadHead]),
    row(['another worker asks', ...cellsOf(away)]),
    row(['the first heartbeat', ...cellsOf(recovery)]),
    ...Object.entries(byKind).map(([kind, one]) => row([`  ${kind}`, ...cellsOf(one)])),
    ...Object.entries(byPhase).map(([phase, one]) =>
      row([`  killed in ${phase}`, ...cellsOf(one)]),
    ),
  ].join('\n');
}

const cellsOf = ({ n, median, p95, longest }: Spread): string[] => [
  String(n),
  ...[median, p95, longest].map((seconds) => seconds.toFixed(2)),
];

function busyLines(busy: BusyResult): string {
  const { busyProcesses, seconds, workflows, activities, timedOut, triedAgain } = busy;
  return [
    `Undisturbed beside ${busyProcesses} busy processes: ${seconds.toFixed(0)} s`,
    `${workflows} workflows, ${activities} activities: ${timedOut} timed out, ${triedAgain} tried again,`,
    `${busy.lateWorkflowTasks} workflow tasks answered too late`,
  ].join('\n');
}

function effectiveTable({ undisturbed, disturbed, ...all }: EffectiveResult): string {
  const runs = Object.entries({ undisturbed, disturbed }).map(([name, run]) => {
    const [median, p10, p90] = run.executionSeconds.map((seconds) => seconds.toFixed(1));
    return row2([
      ...[name, run.seconds.toFixed(1), run.attempts, run.executions, run.mostAtOnce],
      `${median} [${p10}, ${p90}]`,
    ]);
  });
  const { kills, away, effectiveTime, digestsEqual } = all;
  return [
    `Two workers, one killed every 20 s and started at once: ${kills} kills`,
    row2(['run', 'seconds', 'attempts', 'executions', 'at once', 'execution, s [10 %, 90 %]']),
    ...runs,
    `${away.n} back after ${away.median.toFixed(1)} s, at most ${away.longest.toFixed(1)} s; digests ${digestsEqual ? 'equal' : 'differ'}`,
    `Effective time: ${(100 * effectiveTime).toFixed(1)} %`,
  ].join('\n');
}

const layOut =
  (widths: readonly number[]) =>
  (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, place) => String(cell).padEnd(widths[place] ?? 0))
      .join('')
      .trimEnd();

const row = layOut(columns);
const row2 = layOut([13, 9, 10, 12, 9, 0]);
