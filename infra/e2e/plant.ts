import { attemptName, type AttemptAddress } from '@ace/config';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerSystem } from './containers.ts';
import { groupName } from './leftover-processes.ts';

/** One thing of each kind that nobody owns, after `run` is over. Returns what takes them away. */
export async function plantLeftovers(
  { docker, db, client, home }: ContainerSystem,
  run: string,
): Promise<() => Promise<void>> {
  const folder = join(home.root, 'sandboxes', 'executions', `${run}+planted+1`);
  mkdirSync(folder, { recursive: true });
  const processes = [holding(folder), workingIn(folder), seeing(folder)];

  const attempt = await reopenExecution(db, run);
  const group = makeGroup(
    join(home.root, 'sandboxes', 'executions', `${run}+${attemptName(attempt)}+1`),
  );
  const [image] = await docker.listImages();
  const named = { name: 'planted', Image: image?.Id, Cmd: ['/bin/true'] };
  const container = await docker.createContainer(named);
  await docker.createVolume({ Name: 'planted' });
  const options = { workflowId: 'planted', taskQueue: 'nobody', args: [{}] };
  const workflow = await client.workflow.start('trainingRun', options);

  return async () => {
    for (const child of processes) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
    rmdirSync(group);
    await container.remove();
    await docker.getVolume('planted').remove();
    await workflow.terminate();
  };
}

/** By a descriptor. */
function holding(folder: string): ChildProcess {
  const lifeline = openSync(join(folder, 'lifeline'), 'w');
  return spawn('sleep', ['1000'], { stdio: ['ignore', lifeline, 'ignore'] });
}

const workingIn = (folder: string): ChildProcess => spawn('sleep', ['1001'], { cwd: folder });

/** By a mount of its own. */
const seeing = (folder: string): ChildProcess =>
  spawn('unshare', ['--mount', 'sh', '-c', `mount --bind ${folder} /mnt && exec sleep 1002`]);

async function reopenExecution(db: ContainerSystem['db'], run: string): Promise<AttemptAddress> {
  const { rows } = await db.pool.query<AttemptAddress>(
    `UPDATE executions SET ended_at = NULL, outcome = NULL
     WHERE ctid IN (SELECT ctid FROM executions WHERE run = $1 AND execution = 1
       AND outcome = 'finished' LIMIT 1)
     RETURNING run, track, iteration, slot, sample`,
    [run],
  );
  return rows[0]!;
}

/** As a supervisor makes it, on version 1 or 2. */
function makeGroup(executionFolder: string): string {
  const parents = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].filter(existsSync);
  const group = join(parents[0]!, groupName(executionFolder));
  mkdirSync(group);
  return group;
}
