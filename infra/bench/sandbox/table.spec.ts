import { describe, expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { renderTable } from './table.ts';
import { levelsOf, making } from './testing/levels.ts';

const tableOf = (ms: number, turns: number): string => {
  const levels = levelsOf({ ours: ms * 1.1, bare: ms, plain: ms / 1.25 }, turns);
  return renderTable(summarise({ program: "print('done')\n", count: 10, levels }, making));
};
const table = tableOf(100, 10);

describe('renderTable', () => {
  it('fits into 80 columns', () => {
    for (const text of [table, tableOf(2000, 10), tableOf(0.4, 400)]) {
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it('names machine, engine and versions', () => {
    expect(table).toContain('64 cores, 256 GiB');
    expect(table).toContain("Docker 28.0.1 (the benchmark's own), overlay2, cgroups 2");
    expect(table).toContain("Node 20.20.2, Python 3.11.2; the program: print('done')");
  });

  it('has a row a number at once: times, throughput, ratios', () => {
    expect(table).toMatch(/^1 +115 \[111, 119\] +105 \[101, 108\] +84 \[81, 86\]$/m);
    expect(table).toMatch(/^8 +8\.70 \(80\) +9\.57 \(80\) +11\.96 \(80\)$/m);
    expect(table).toMatch(/^4 +1\.100 \[1\.100, 1\.100\] +1\.375 \[.*\] +1\.250 \[.*\]$/m);
  });

  it('says where the time goes, and what the overhead is', () => {
    expect(table).toMatch(/^ours +start 86\.2 {2}wait 28\.7$/m);
    expect(table).toContain('Overhead: 1.100 times the bare loop (10 pairs).');
    expect(tableOf(100, 2)).toContain('1.100 [no interval]');
  });
});
