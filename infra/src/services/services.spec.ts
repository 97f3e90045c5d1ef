import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { competitionIds, loadPrepared } from '@ace/competitions';
import { createBubblewrapSandbox } from '@ace/sandbox';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openHome } from '../home.ts';
import type { Home } from '../home.ts';
import { provision } from '../provision.ts';
import { outputOf } from '../run-output.ts';
import { isRunning } from '../servers/process-identity.ts';
import { readRecord, readRecords, writeRecord } from '../servers/record.ts';
import type { ServerName, ServerRecord } from '../servers/record.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../testing/index.ts';
import { checkService } from '../doctor/services.ts';
import type { Step } from '../steps.ts';
import { lackingSearchAttributes } from '../temporal/search-attributes.ts';
import { ensureServers, readServices, stopServers } from './services.ts';
import type { ServiceName } from './kinds.ts';
import { sandboxesFolder } from './sandboxes.ts';

let home: Home;
beforeAll(async () => void (home = await makeTemporaryHome(await openHome())));
afterEach(() => stopServers(home));
afterAll(() => removeTemporaryHome(home));

const ensure = <Name extends ServiceName>(...only: Name[]) =>
  ensureServers({ home, only, anyPort: true, settings: {} });

async function recordOf(name: ServerName): Promise<ServerRecord> {
  const record = await readRecord(home, name);
  if (!record) throw new Error(`no record of ${name}`);
  return record;
}

async function processOf(name: ServerName) {
  const { process } = await recordOf(name);
  if (!process) throw new Error(`${name} has no process`);
  return process;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** How many processes have this text in their command line. */
async function processesNaming(text: string): Promise<number> {
  const lines = ((await outputOf('ps', ['-ewwo', 'args='])) ?? '').split('\n');
  return lines.filter((line) => line.includes(text) && !line.startsWith('ps ')).length;
}

/** A command of its own that ensures Postgres and says so. */
function starter(home: Home) {
  const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { homeAt } = await import(${at('../home.ts')});
    const { ensureServers } = await import(${at('./services.ts')});
    const home = { ...homeAt(${JSON.stringify(home.root)}), cache: ${JSON.stringify(home.cache)} };
    await ensureServers({ home, only: ['postgres'], anyPort: true, settings: {} });`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

describe('Postgres', () => {
  it('is adopted by the next command', async () => {
    const first = await ensure('postgres');
    const process = await processOf('postgres');
    expect(await ensure('postgres')).toEqual(first);
    expect(await processOf('postgres')).toEqual(process);
    expect(await readServices(home)).toEqual(first);
  });

  it('keeps its port and its data when it is killed', async () => {
    const { postgres } = await ensure('postgres');
    await query(postgres.url, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven');
    const killed = await processOf('postgres');
    process.kill(killed.pid, 'SIGKILL');
    expect((await ensure('postgres')).postgres).toEqual(postgres);
    expect(await processOf('postgres')).not.toEqual(killed);
    expect(await query(postgres.url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  });

  it('keeps every promise of durability that Postgres makes by itself', async () => {
    const { postgres } = await ensure('postgres');
    const promises = ['fsync', 'synchronous_commit', 'full_page_writes'];
    const shown = await Promise.all(promises.map((name) => query(postgres.url, `SHOW ${name}`)));
    expect(shown.flat()).toEqual(promises.map((name) => ({ [name]: 'on' })));
  });

  it('asks for the password and listens on loopback only', async () => {
    const { postgres } = await ensure('postgres');
    const guess = new URL(postgres.url);
    guess.password = 'guess';
    await expect(query(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const listens = await query(postgres.url, 'SHOW listen_addresses');
    expect(listens).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  it('is found again when its starter died before it wrote the process down', async () => {
    const { postgres } = await ensure('postgres');
    const record = await recordOf('postgres');
    await writeRecord(home, { ...record, process: null });
    expect((await ensure('postgres')).postgres).toEqual(postgres);
    expect(await recordOf('postgres')).toEqual(record);
  });

  it('runs once when its starter is killed at any moment', async () => {
    const fresh = await makeTemporaryHome(await openHome());
    for (const delayMs of [500, 900, 1300]) {
      const child = starter(fresh);
      setTimeout(() => child.kill('SIGKILL'), delayMs);
      await once(child, 'close');
    }
    expect(await statusOf(starter(fresh))).toBe(0);
    expect(await processesNaming(`-D ${fresh.data}/postgres/cluster`)).toBe(1);
    await removeTemporaryHome(fresh);
  });

  it('is started once by commands that start at once', async () => {
    const statuses = await Promise.all([starter(home), starter(home), starter(home)].map(statusOf));
    expect(statuses).toEqual([0, 0, 0]);
    const { dataFolder } = await recordOf('postgres');
    expect(await processesNaming(`-D ${dataFolder}/cluster`)).toBe(1);
  });
});

const statusOf = async (child: ReturnType<typeof starter>): Promise<unknown> =>
  ((await once(child, 'close')) as unknown[])[0];

describe('Temporal', () => {
  it('keeps its ports and its workflows when it is killed', async () => {
    const { temporal } = await ensure('temporal');
    await startWorkflow(temporal.address, 'kept');
    process.kill((await processOf('temporal')).pid, 'SIGKILL');
    expect((await ensure('temporal')).temporal).toEqual(temporal);
    expect(await workflowStatus(temporal.address, 'kept')).toBe('RUNNING');
    expect((await fetch(temporal.uiUrl ?? '')).status).toBe(200);
  });

  it('remembers closed workflows for a year', async () => {
    const { temporal } = await ensure('temporal');
    const connection = await Connection.connect({ address: temporal.address });
    const { namespace } = temporal;
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    await connection.close();
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(365 * 24 * 3600);
  });
});

describe('the search attributes of runs', () => {
  it('are on a server of ours whenever it answers', async () => {
    const { temporal } = await ensure('temporal');
    expect(await lackingSearchAttributes(temporal)).toBeNull();
    await onOperator(temporal.address, (operator) => removeOf(operator, ['AceBestReward']));
    await ensure('temporal');
    expect(await lackingSearchAttributes(temporal)).toBeNull();
  });

  it('that somebody else refuses keep nobody from working, and the doctor says what to do', async () => {
    const { temporal } = await ensure('temporal');
    const keyword = 2;
    await retype(temporal.address, 'AceRun', 3);
    const steps: Step[] = [];
    const settings = { TEMPORAL_ADDRESS: temporal.address };
    const onStep = (step: Step): void => void steps.push(step);
    const used = await ensureServers({ home, only: ['temporal'], settings, onStep });
    expect(used.temporal).toMatchObject({ address: temporal.address });
    expect(steps.at(-1)).toMatchObject({ part: 'Temporal', state: 'done' });
    expect(steps.at(-1)?.detail).toMatch(/npm run ace -- doctor$/);
    const row = await checkService(home, 'temporal', settings);
    expect(row).toMatchObject({ healthy: false, found: 'TEMPORAL_ADDRESS' });
    expect(row.state).toBe('has AceRun with another type: remove it first');
    expect(row.remedy).toMatch(/^temporal operator search-attribute create --address /);
    await retype(temporal.address, 'AceRun', keyword);
  });
});

type Operator = Connection['operatorService'];

async function onOperator(
  address: string,
  body: (operator: Operator) => Promise<unknown>,
): Promise<void> {
  const connection = await Connection.connect({ address });
  await body(connection.operatorService);
  await connection.close();
}

const retype = (address: string, name: string, type: number): Promise<void> =>
  onOperator(address, async (operator) => {
    await removeOf(operator, [name]);
    await operator.addSearchAttributes({
      namespace: 'default',
      searchAttributes: { [name]: type },
    });
  });

const removeOf = (operator: Operator, searchAttributes: string[]) =>
  operator.removeSearchAttributes({ namespace: 'default', searchAttributes });

async function startWorkflow(address: string, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address });
  await new Client({ connection }).workflow.start('any', { workflowId, taskQueue: 'nobody' });
  await connection.close();
}

async function workflowStatus(address: string, workflowId: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
  await connection.close();
  return status.name;
}

describe('ports', () => {
  it('that are taken are avoided at first choice', async () => {
    const taken = createServer();
    const usual = 54_329;
    // Free or not, somebody holds it now.
    await new Promise((done) =>
      taken.once('error', done).listen(usual, '127.0.0.1', () => done(0)),
    );
    await ensureServers({ home, only: ['postgres'], settings: {} });
    expect((await recordOf('postgres')).ports['sql']).toBeGreaterThan(usual);
    taken.close();
  });

  it('that a stranger took from a dead server are named, and what to do', async () => {
    await ensure('postgres');
    const { pid } = await processOf('postgres');
    const port = (await recordOf('postgres')).ports['sql'];
    process.kill(pid, 'SIGKILL');
    const stranger = createServer();
    await listenOnce(stranger, port ?? 0);
    await expect(ensure('postgres')).rejects.toThrow(
      new RegExp(`another program listens on its port \\(${port}\\)[^]*ace -- down`),
    );
    stranger.close();
  });
});

/** Takes a port as soon as its dead holder's is free. */
async function listenOnce(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  const listening = (): Promise<boolean> =>
    new Promise((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
  while (!(await listening())) await new Promise((resume) => setTimeout(resume, 20));
}

describe('a server of somebody else that answers', () => {
  it('on a recorded port is never taken for ours', async () => {
    const { temporal } = await ensure('temporal');
    const ours = await recordOf('temporal');
    const other = await makeTemporaryHome(await openHome());
    const dead = { pid: 1, startTime: 'of another boot' };
    await writeRecord(other, { ...ours, dataFolder: `${other.data}/temporal`, process: dead });
    const options = { home: other, only: ['temporal'], settings: {} } as const;
    await expect(ensureServers(options)).rejects.toThrow(/another program listens on its port/);
    expect((await readServices(home)).temporal).toEqual(temporal);
    await removeTemporaryHome(other);
  });

  it('at the same first choice is left alone, and ours takes other ports', async () => {
    const homes = await Promise.all([1, 2].map(async () => makeTemporaryHome(await openHome())));
    const services = await Promise.all(
      homes.map((home) => ensureServers({ home, only: ['temporal'], settings: {} })),
    );
    expect(new Set(services.map(({ temporal }) => temporal.address)).size).toBe(2);
    await Promise.all(homes.map(removeTemporaryHome));
  });
});

describe('stopServers', () => {
  it('ends what runs, and leaves no process and no record', async () => {
    await ensure('postgres', 'temporal');
    const processes = await Promise.all((['postgres', 'temporal'] as const).map(processOf));
    expect(await stopServers(home)).toEqual(['temporal', 'postgres']);
    expect(await Promise.all(processes.map(isRunning))).toEqual([false, false]);
    expect(await readRecords(home)).toEqual([]);
    expect(await processesNaming(home.data)).toBe(0);
    expect(await stopServers(home)).toEqual([]);
  });

  it('ends the preloaded parents that a worker left', async () => {
    const { solutionPython, competitions } = await provision(await openHome());
    const [id = ''] = competitionIds(competitions);
    const { publicFolder: publicData, config } = loadPrepared(competitions, id);
    const sandbox = createBubblewrapSandbox({
      root: sandboxesFolder(home),
      python: solutionPython,
    });
    const name = { run: 'left', attempt: 'behind', execution: 1 };
    await sandbox.start(name, { code: 'print(1)', publicData, limits: config.limits });
    await sandbox.wait(name);
    const left = await processesNaming(sandboxesFolder(home));
    expect(left > 0).toBe(sandbox.preloaded);
    await stopServers(home);
    expect(await processesNaming(sandboxesFolder(home))).toBe(0);
  });

  it('leaves a process alone that only has the number of one of ours', async () => {
    const stranger = spawn('sleep', ['60']);
    await ensure('postgres');
    const record = await recordOf('postgres');
    await stopServers(home);
    const forged = { pid: stranger.pid ?? 0, startTime: '1' };
    await writeRecord(home, { ...record, process: forged });
    expect(await stopServers(home)).toEqual([]);
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
  });
});

describe('a setting', () => {
  it('is used in place of a server of ours', async () => {
    const url = process.env['ACE_TEST_DATABASE_URL'] ?? '';
    const settings = { DATABASE_URL: url };
    const { postgres } = await ensureServers({ home, only: ['postgres'], settings });
    expect(postgres).toMatchObject({ url, source: 'DATABASE_URL' });
    expect(await readRecords(home)).toEqual([]);
  });

  it('that names a silent server is found before anything is started', async () => {
    const settings = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const only = ['postgres', 'temporal'] as const;
    const refused = ensureServers({ home, only, anyPort: true, settings });
    await expect(refused).rejects.toThrow('TEMPORAL_ADDRESS');
    expect(await readRecords(home)).toEqual([]);
  });

  it('that names a silent server is an error with the setting in it', async () => {
    const settings = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const started = ensureServers({ home, only: ['temporal'], settings });
    await expect(started).rejects.toThrow(/TEMPORAL_ADDRESS names does not answer/);
    expect(await readRecords(home)).toEqual([]);
  });
});
