import type { SweepReport } from '@ace/workflows';
import { cut, padded, paddedLeft, type Paint, wrapped } from './text.ts';

/** What a sweep did, for people: a table of what was removed, then what it could not do. */
export function renderSweep(report: SweepReport, paint: Paint, width = 80): string[] {
  return [
    ...removedLines(report, paint, width),
    ...report.notReached.map(
      (host) => `${paint.faint('not reached')}  ${host}: no worker took the work up there`,
    ),
    ...report.failed.flatMap((failure) =>
      wrapped(failure, width - 8).map(
        (line, index) => `${index === 0 ? paint.bad('failed') : '      '}  ${line}`,
      ),
    ),
  ];
}

function removedLines({ removed }: SweepReport, paint: Paint, width: number): string[] {
  if (removed.length === 0) return ['nothing to remove'];
  const kindWidth = Math.max(...removed.map(({ kind }) => kind.length));
  const hostWidth = Math.max(...removed.map(({ host }) => host.length), 'host'.length);
  const line = (count: string, kind: string, host: string): string =>
    [paddedLeft(count, 7), padded(kind, kindWidth), padded(host, hostWidth)].join('  ').trimEnd();
  return [
    paint.faint(line('removed', 'kind', 'host')),
    ...removed.flatMap(({ kind, host, count, names }) => [
      line(String(count), kind, host),
      ...names.map((name) => paint.faint(cut(`         ${name}`, width))),
      ...unnamed(count, names),
    ]),
  ];
}

const unnamed = (count: number, names: readonly string[]): string[] =>
  names.length === 0 || names.length === count ? [] : [`         and ${count - names.length} more`];
