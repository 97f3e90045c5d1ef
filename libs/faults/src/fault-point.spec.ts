import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultAction, faultText, hitFile } from './order.ts';
import { FaultPoint, phaseOf } from './points.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ace-fault-'));
  file = join(folder, 'fault');
});
afterEach(() => rmSync(folder, { recursive: true }));

const source = new URL('fault-point.ts', import.meta.url).href;

let number = 0;
const order = (
  point: FaultPoint | readonly FaultPoint[],
  arrival: number,
  action: FaultAction = 'die',
): string => {
  const text = faultText({ points: [point].flat(), arrival, action, number: ++number });
  writeFileSync(file, text);
  return text;
};

/** Arrives at the points one after the other in a process of its own; says which it outlived, and how it ended. */
async function arrive(points: readonly FaultPoint[], env: Record<string, string>) {
  const program = `import { faultPoint } from '${source}';
    for (const point of ${JSON.stringify(points)}) { faultPoint(point); console.log(point); }`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, {
    ...{
      env: { ...process.env, ACE_FAULT_FILE: undefined, ...env },
      stdio: ['ignore', 'pipe', 'inherit'] as const,
    },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { outlived: said.split('\n').filter(Boolean), signal };
}

const { CompletionStored, InEvolveTransaction } = FaultPoint;

describe('a fault point', () => {
  it('does nothing in a process that was told of no file, or whose file is not there', async () => {
    order(CompletionStored, 1);
    const alive = { outlived: [CompletionStored], signal: null };
    expect(await arrive([CompletionStored], {})).toEqual(alive);
    expect(await arrive([CompletionStored], { ACE_FAULT_FILE: `${file}.other` })).toEqual(alive);
    expect(existsSync(file)).toBe(true);
  });

  it('kills at the n-th arrival at the point that is named, and shows that it did', async () => {
    const text = order(CompletionStored, 2);
    const points = [InEvolveTransaction, CompletionStored, InEvolveTransaction, CompletionStored];
    const ended = await arrive([...points, InEvolveTransaction], { ACE_FAULT_FILE: file });
    expect(ended).toEqual({ outlived: points.slice(0, 3), signal: 'SIGKILL' });
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(hitFile(file, 0), 'utf8')).toBe(text);
  });

  it('of several is the one that is reached first, and says so', async () => {
    order([InEvolveTransaction, CompletionStored], 1);
    const points = [FaultPoint.Graded, CompletionStored, InEvolveTransaction];
    const ended = await arrive(points, { ACE_FAULT_FILE: file });
    expect(ended).toEqual({ outlived: [FaultPoint.Graded], signal: 'SIGKILL' });
    expect([0, 1].map((place) => existsSync(hitFile(file, place)))).toEqual([false, true]);
  });

  it('is hit once', async () => {
    order(CompletionStored, 1);
    expect(await arrive([CompletionStored], { ACE_FAULT_FILE: file })).toMatchObject({
      ...{ outlived: [], signal: 'SIGKILL' },
    });
    expect(await arrive([CompletionStored], { ACE_FAULT_FILE: file })).toMatchObject({
      ...{ outlived: [CompletionStored], signal: null },
    });
  });

  it('holds the process at the line until it is let go', async () => {
    order(CompletionStored, 1, 'hold');
    const ended = arrive([InEvolveTransaction, CompletionStored], { ACE_FAULT_FILE: file });
    while (!existsSync(hitFile(file, 0))) await sleep(10);
    const early = await Promise.race([ended, sleep(300, 'held')]);
    expect(early).toBe('held');
    rmSync(hitFile(file, 0));
    expect(await ended).toEqual({
      outlived: [InEvolveTransaction, CompletionStored],
      signal: null,
    });
  });
});

describe('the points', () => {
  it('are at least 25, no two of one name, each in one phase', () => {
    const all = Object.values(FaultPoint);
    expect(all.length).toBeGreaterThanOrEqual(25);
    expect(new Set(all).size).toBe(all.length);
    expect(phaseOf(FaultPoint.Graded)).toBe('grade');
  });
});
