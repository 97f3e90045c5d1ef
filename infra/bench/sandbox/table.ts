import {
  type Compared,
  type Measured,
  type Ratio,
  type Results,
  type WayId,
  wayIds,
} from './results-contract.ts';

/** The results as text, at most 80 columns wide. */
export function renderTable(results: Results): string {
  const blocks = [headOf(results), timesOf(results), throughputOf(results), ratiosOf(results)];
  return [...blocks, stepsOf(results), notesOn(results)].join('\n\n');
}

const gibibyte = 1 << 30;
const width = 80;
const places = [9, 23, 23, 23];

function headOf({ machine, engine, versions, program }: Results): string {
  const memory = `${(machine.memoryBytes / gibibyte).toFixed(0)} GiB`;
  const whose = engine.source === 'private' ? "the benchmark's own" : engine.source;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${memory}`,
    machine.system,
    `Docker ${engine.version} (${whose}), ${engine.storageDriver}, cgroups ${engine.cgroupVersion}`,
    `Node ${versions.node}, Python ${versions.python}; the program: ${program.trim()}`,
  ]
    .map((line) => line.slice(0, width))
    .join('\n');
}

const timesOf = (results: Results): string =>
  block('From nothing to removed, one program, ms: median [10 %, 90 %]', results, (one) => {
    const ends = `[${one.p10Ms.toFixed(0)}, ${one.p90Ms.toFixed(0)}]`;
    return `${one.medianMs.toFixed(0)} ${ends}`;
  });

const throughputOf = (results: Results): string =>
  block('Programs per second (programs measured)', results, (one) => {
    return `${one.perSecond.toFixed(2)} (${one.executions})`;
  });

function block(title: string, results: Results, cell: (measured: Measured) => string): string {
  const rows = results.comparisons.map(({ atOnce }) =>
    row([String(atOnce), ...wayIds.map((way) => cell(measuredOf(results, way, atOnce)))]),
  );
  return [title, row(['at once', ...wayIds]), ...rows].join('\n');
}

const measuredOf = ({ measured }: Results, way: WayId, atOnce: number): Measured =>
  measured.find((one) => one.way === way && one.atOnce === atOnce)!;

const row = (cells: readonly string[]): string =>
  cells
    .map((cell, place) => cell.padEnd(places[place] ?? 0))
    .join('')
    .trimEnd();

const ratiosOf = ({ comparisons }: Results): string =>
  [
    'Time by time, block by block: median [95 %]',
    row(['at once', 'ours/bare', 'ours/plain', 'bare/plain']),
    ...comparisons.map(ratioRow),
  ].join('\n');

const ratioRow = ({ atOnce, overhead, plain, containment }: Compared): string =>
  row([String(atOnce), ...[overhead, plain, containment].map(ratioCell)]);

function ratioCell({ value, interval }: Ratio): string {
  const ends = interval?.map((end) => end.toFixed(3)).join(', ') ?? 'no interval';
  return `${value.toFixed(3)} [${ends}]`;
}

function stepsOf(results: Results): string {
  const lines = wayIds.map((way) => {
    const steps = Object.entries(measuredOf(results, way, 1).stepsMs);
    return `${way.padEnd(9)}${steps.map(([step, ms]) => `${step} ${ms.toFixed(1)}`).join('  ')}`;
  });
  return ['Where the time goes, one at once, median ms', ...lines].join('\n');
}

const notesOn = ({ comparisons, overheadRatio }: Results): string =>
  [
    `Overhead: ${overheadRatio.toFixed(3)} times the bare loop (${comparisons[0]?.overhead.pairs} pairs).`,
    'ours: start, wait, collect, remove of the port. bare: the same container by',
    'create, start, wait, remove. plain: the same without limits and walls.',
  ].join('\n');
