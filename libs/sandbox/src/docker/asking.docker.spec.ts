import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DockerTestbed, dockerOn, openDockerTestbed, testSocket } from './docker.testbed.ts';

/** A client that writes down what it asks the engine for. */
function listeningDocker(): { docker: ReturnType<typeof dockerOn>; asked: string[] } {
  const docker = dockerOn(testSocket);
  const asked: string[] = [];
  const modem = docker.modem as { dial: (options: Dialled, ...rest: unknown[]) => void };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, ...rest) => {
    asked.push(
      `${options.method} ${options.path.replace(/(ace-)?[0-9a-f]{32,}/, 'ID').split('?')[0]}`,
    );
    dial(options, ...rest);
  };
  return { docker, asked };
}

interface Dialled {
  method: string;
  path: string;
}

const begins = `print('began', flush=True)`;

describe('what the engine is asked', () => {
  let bed: DockerTestbed;
  beforeAll(() => {
    bed = openDockerTestbed();
  });
  afterAll(() => bed.close());

  it('by a worker that sees an execution from its start to its end: no more than a bare loop', async () => {
    const { docker, asked } = listeningDocker();
    const worker = bed.another({ docker });
    await worker.image();
    asked.length = 0;
    const begin = Date.now();
    const name = bed.name();
    await worker.start(name, bed.spec(begins));
    await worker.wait(name);
    expect(await worker.find(name)).toBe('finished');
    expect(await worker.collect(name)).toMatchObject({ verdict: 'ok' });
    await worker.remove(name);
    // Where all is slow it looks, twice a second, whether the container is still there.
    const look = 'GET /containers/ID/json';
    const looks = asked.filter((one) => one === look).length;
    expect(looks).toBeLessThanOrEqual((Date.now() - begin) / 500);
    expect([...new Set(asked)].filter((one) => one !== look)).toEqual([
      ...['POST /containers/create', 'POST /containers/ID/start'],
      ...['POST /containers/ID/wait', 'DELETE /containers/ID'],
    ]);
    expect(await bed.leftovers()).toEqual([]);
  });

  it('what it knows of an execution is nothing about the next one of its name', async () => {
    const [first, other] = [bed.another(), bed.another()];
    const name = bed.name();
    await first.start(name, bed.spec(begins));
    await first.wait(name);
    await other.remove(name);
    expect(await first.find(name)).toBe('absent');
    await other.start(name, bed.spec(`import time\ntime.sleep(2)`));
    expect(await first.find(name)).toBe('running');
    await expect(first.collect(name)).rejects.toThrow('it is running');
    await expect(first.remove(name)).rejects.toThrow('stop it first');
    await first.wait(name);
    expect(await first.find(name)).toBe('finished');
    await first.remove(name);
    expect(await other.find(name)).toBe('absent');
  });

  it('a name that went to another container while it was awaited is awaited on', async () => {
    const [first, other] = [bed.another(), bed.another()];
    const name = bed.name();
    await first.start(name, bed.spec(`import time\ntime.sleep(600)`));
    await other.stop(name);
    await other.remove(name);
    await other.start(name, bed.spec(`import time\ntime.sleep(1)`));
    await first.wait(name);
    expect(await first.collect(name)).toMatchObject({ verdict: 'ok' });
    await first.remove(name);
  });
});
