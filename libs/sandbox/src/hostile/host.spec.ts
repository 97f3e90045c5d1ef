import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, solutionPython, type Testbed } from '../testbed.ts';
import { type Host, openHost } from './host.ts';
import { prelude } from './prelude.ts';
import { tightLimits } from './program.ts';
import { hostilePrograms } from './programs.ts';

/** The harmless ones among the hostile programs, where nothing contains them: each check can fail. */
describe('a host with something to lose notices', () => {
  let bed: Testbed;
  let host: Host;
  beforeAll(async () => {
    bed = openTestbed('polled');
    host = await openHost(bed.root);
  });
  afterAll(async () => {
    await bed.close();
    await host.close();
  });

  const runUncontained = async (id: string): Promise<string> => {
    const program = hostilePrograms.find((one) => one.id === id);
    const code = prelude(host.bait) + program?.code;
    return (await promisify(execFile)(solutionPython, ['-c', code])).stdout;
  };

  it('nothing, as long as nothing was done', () => {
    expect(host.harms()).toEqual([]);
  });

  it('every service that is reached', async () => {
    const stdout = await runUncontained('network-host-services');
    const services = ['tcp', 'tcp6', 'udp', 'unix path', 'unix abstract'];
    expect(services.filter((name) => !stdout.includes(`BREACH ${name}: `))).toEqual([]);
    expect(host.harms().sort()).toEqual(
      services.sort().map((name) => `the service ${name} was reached`),
    );
  });

  it('a secret of the environment', async () => {
    expect(host.isTold([await runUncontained('secrets-environment')])).toBe(true);
  });

  it('a process that is left, and nothing once it is not', async () => {
    const name = bed.name();
    const { publicData } = host;
    await bed.sandbox.start(name, {
      ...{ code: 'import time; time.sleep(60)', publicData, limits: tightLimits },
    });
    expect(host.harms()).toContainEqual(expect.stringMatching(/^process \d+ is left$/));
    await bed.sandbox.stop(name);
    await bed.sandbox.remove(name);
    expect(host.harms()).toEqual([]);
  });

  it('answers that are read, files that are made and files that are changed', async () => {
    await promisify(execFile)('cat', [host.bait.answers]);
    expect(host.harms()).toEqual(['the answers were read']);
    writeFileSync(join(bed.root, host.bait.marker), '');
    expect(host.harms()).toContain(`a file was made in ${bed.root}`);
    writeFileSync(join(host.publicData, 'train.csv'), 'id,x\n1,3\n');
    expect(host.harms()).toContain('files or settings changed');
  });
});

it('every hostile program has a name of its own', () => {
  const ids = hostilePrograms.map((program) => program.id);
  expect(new Set(ids).size).toBe(ids.length);
});
