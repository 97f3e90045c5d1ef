import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { System } from '../../e2e/system.ts';
import { timeOutsOf } from './histories.ts';
import type { BusyResult } from './results-contract.ts';

/** One undisturbed run beside as many busy processes as there are cores. */
export async function measureBusy(system: System, recipe: string): Promise<BusyResult> {
  const busyProcesses = availableParallelism();
  const processes = Array.from({ length: busyProcesses }, startBusy);
  const run = 'undisturbed-busy';
  try {
    const began = performance.now();
    await system.train(run, { recipe });
    await system.ended(run);
    const seconds = (performance.now() - began) / 1000;
    return { busyProcesses, seconds, ...(await timeOutsOf(system.client, run)) };
  } finally {
    await Promise.all(processes.map(end));
  }
}

const startBusy = (): ChildProcess =>
  spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });

async function end(process: ChildProcess): Promise<void> {
  const exit = once(process, 'exit');
  process.kill('SIGKILL');
  await exit;
}
