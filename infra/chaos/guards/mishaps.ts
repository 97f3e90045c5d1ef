import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../e2e/eventually.ts';
import type { System } from '../../e2e/system.ts';
import type { Home } from '../../src/home.ts';
import { isRunning, type ProcessIdentity } from '../../src/servers/process-identity.ts';
import { readRecord } from '../../src/servers/record.ts';
import type { Guard } from './guard.ts';

const patienceSeconds = 120;

/** How long a worker that goes on late is left to do harm. */
const hauntingMs = 3000;

/** The home of a worker that was started beside the system's own, to be ended when a trial is over. */
export type Helper = Home;

let helpers = 0;

/**
 * Starts the run and lets the guard's mishap happen to it; resolves when all servers and a worker are there
 * again, with the worker that was started beside the system's own, if one was.
 * @throws when the run does not come to the fault point.
 */
export async function letHappen(
  system: System,
  guard: Guard,
  run: string,
  recipe: object,
): Promise<Helper | null> {
  const { faults } = system;
  const { point, arrival, mishap } = guard;
  await faults.arm(point, arrival, mishap.kind === 'death' ? 'die' : 'hold');
  await system.train(run, recipe);
  await eventually(`a worker reaches "${point}"`, () => faults.wasHit(), patienceSeconds);
  const helper = await strike(system, guard, run);
  await system.revive();
  return helper;
}

async function strike(system: System, { mishap }: Guard, run: string): Promise<Helper | null> {
  switch (mishap.kind) {
    case 'death':
      await system.died('worker');
      return null;
    case 'database lost':
      await system.kill('postgres');
      await system.faults.disarm();
      return null;
    case 'late worker':
      return overtake(system, () => mishap.hasTakenUp(system.db, run));
  }
}

/** The newer worker stands still while the older one goes on, so that it is the older one that comes first. */
async function overtake(system: System, hasTakenUp: () => Promise<boolean>): Promise<Helper> {
  await system.signal('worker', 'SIGSTOP');
  await system.faults.disarm();
  helpers += 1;
  const helper = await system.addWorker(`helper-${helpers}`);
  const { pid } = await workerOf(helper);
  await eventually('another worker has taken the work up', hasTakenUp, patienceSeconds);
  process.kill(pid, 'SIGSTOP');
  await system.signal('worker', 'SIGCONT');
  await sleep(hauntingMs);
  await system.kill('worker');
  process.kill(pid, 'SIGCONT');
  return helper;
}

export async function endHelper(helper: Helper): Promise<void> {
  const identity = await workerOf(helper);
  if (await isRunning(identity)) process.kill(identity.pid, 'SIGKILL');
  await eventually('the other worker is gone', async () => !(await isRunning(identity)));
}

async function workerOf(home: Home): Promise<ProcessIdentity> {
  const record = await readRecord(home, 'worker');
  if (!record?.process) throw new Error(`${home.root} has no worker`);
  return record.process;
}
