import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeAt, makeHome, openHome } from '../home.ts';
import type { Home } from '../home.ts';
import { readRecord } from '../servers/record.ts';
import { ensureServers } from '../services/services.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../testing/index.ts';
import { checkDocker } from './docker.ts';
import { doctor } from './doctor.ts';
import { healthy, unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';
import { doctorTable } from './table.ts';

let home: Home;
beforeAll(async () => void (home = await makeTemporaryHome(await openHome())));
afterAll(() => removeTemporaryHome(home));

const part = (rows: readonly DoctorRow[], name: string): DoctorRow | undefined =>
  rows.find((row) => row.part === name);

describe('doctor', () => {
  it('finds everything healthy where everything is provided', async () => {
    await ensureServers({ home, only: ['postgres'], anyPort: true, settings: {} });
    const rows = await doctor(home, {});
    expect(rows.filter((row) => !row.healthy)).toEqual([]);
    expect(part(rows, 'Postgres')).toMatchObject({ version: '18.4', state: 'answers' });
    expect(part(rows, 'Python environment')).toMatchObject({ version: 'scikit-learn 1.9.1' });
    expect(part(rows, 'Temporal')).toMatchObject({ found: 'not running' });
    expect(part(rows, 'Worker')).toMatchObject({ found: 'not running' });
  });

  it('says that a server died, and what starts it again', async () => {
    await ensureServers({ home, only: ['postgres'], anyPort: true, settings: {} });
    process.kill((await readRecord(home, 'postgres'))?.process?.pid ?? 0, 'SIGKILL');
    const died = { healthy: false, state: 'died', remedy: 'npm run ace -- up' };
    await expect
      .poll(async () => part(await doctor(home, {}), 'Postgres'), { timeout: 10_000 })
      .toMatchObject(died);
  });

  it('asks the server that a setting names', async () => {
    const url = process.env['ACE_TEST_DATABASE_URL'] ?? '';
    const rows = await doctor(home, { DATABASE_URL: url, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(part(rows, 'Postgres')).toMatchObject({ healthy: true, found: 'DATABASE_URL' });
    const silent = { healthy: false, found: 'TEMPORAL_ADDRESS', remedy: 'unset TEMPORAL_ADDRESS' };
    expect(part(rows, 'Temporal')).toMatchObject(silent);
  });

  it('changes nothing where nothing is provided, and names the command that does', async () => {
    const bare = await makeHome(homeAt(await mkdtemp(join(tmpdir(), 'ace-doctor-'))));
    const rows = await doctor(bare, {});
    const missing = ['Python environment', 'Competitions', 'Temporal program'];
    expect(rows.filter((row) => !row.healthy).map((row) => row.part)).toEqual(missing);
    expect(await doctor(bare, {})).toEqual(rows);
    await rm(bare.root, { recursive: true });
  });
});

describe('what doctor says of Docker', () => {
  it('has nothing to mend where no engine is and nobody asked for one', async () => {
    const { rows, serves } = await checkDocker({ ACE_SANDBOX: 'bubblewrap' });
    expect(serves).toBe(false);
    expect(rows).toMatchObject([{ part: 'Docker engine', healthy: true, state: 'not used' }]);
  });

  it('mends an engine that is named and silent', async () => {
    const { rows } = await checkDocker({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    const silent = { healthy: false, found: 'unix:///nowhere/docker.sock' };
    expect(rows).toMatchObject([{ ...silent, remedy: 'unset DOCKER_HOST' }]);
  });

  it.each([
    ['DOCKER_HOST', { DOCKER_HOST: 'nonsense' }],
    ['ACE_SANDBOX', { ACE_SANDBOX: 'nonsense' }],
    ['ACE_SANDBOX_CPUS', { ACE_SANDBOX: 'bubblewrap', ACE_SANDBOX_CPUS: 'nonsense' }],
  ])('names %s when it is wrong', async (variable, env) => {
    const { rows } = await checkDocker(env);
    expect(rows).toMatchObject([{ healthy: false, remedy: `unset ${variable}` }]);
    expect(rows[0]?.state).toContain('got "nonsense"');
  });
});

describe('doctorTable', () => {
  it('is at most 80 columns wide and puts what mends a part below it', () => {
    const long = `/a/${'long/'.repeat(30)}python`;
    const table = doctorTable([
      healthy('Python', long, '3.11.2'),
      unhealthy('Temporal', 'x'.repeat(200), 'npm run ace -- up', {
        found: 'PATH',
        version: '1.3',
      }),
    ]).split('\n');
    for (const line of table) expect(line.length).toBeLessThanOrEqual(80);
    expect(table[1]).toMatch(/^✓ Python {13}3\.11\.2 .*…\S*long\/python$/);
    expect(table[2]).toMatch(/^✗ Temporal {11}1\.3 +PATH$/);
    expect(table.at(-1)).toBe('    → npm run ace -- up');
  });
});
