import { expect, it } from 'vitest';
import { checkDocker } from './docker.ts';
import { doctorTable } from './table.ts';

it('tells the engine, its version, its control groups, its GPU runtime and its disk', async () => {
  const { rows, serves } = await checkDocker({ DOCKER_HOST: process.env['ACE_TEST_DOCKER_HOST'] });
  expect(serves).toBe(true);
  expect(rows.map(({ part }) => part)).toEqual([
    ...['Docker engine', 'Docker disk', 'Docker GPU', 'Docker image'],
  ]);
  const table = doctorTable(rows);
  expect(table).toMatch(/✓ Docker engine {6}\d+\.\d+\.\d+, cgroup [12] +\S+docker\.sock$/m);
  expect(table).toMatch(/^. Docker disk {8}\S+ +\d+ GB left$/m);
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
