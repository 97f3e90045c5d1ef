import { setTimeout } from 'node:timers/promises';
import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { choosePort, isFree } from './ports.ts';
import { readRecords, serverTitles } from './record.ts';
import type { ServerName } from './record.ts';
import { serverDeadline } from './server.ts';
import type { Ports } from './server.ts';

/** A free port for each use, none of them one that another server of the home has. */
export async function choosePorts(home: Home, preferred: Ports): Promise<Ports> {
  const recorded = (await readRecords(home)).flatMap((record) => Object.values(record.ports));
  const taken = new Set(recorded);
  const chosen: Record<string, number> = {};
  for (const [use, port] of Object.entries(preferred)) {
    const found = await choosePort(port, taken);
    taken.add((chosen[use] = found));
  }
  return chosen;
}

/** Resolves once all are free; throws {@link SetUpError} when somebody keeps one. */
export async function portsFreed(name: ServerName, ports: Ports): Promise<void> {
  const waitUntil = performance.now() + serverDeadline.restartMs;
  while (!(await allFree(ports))) {
    if (performance.now() > waitUntil) {
      throw new SetUpError(
        serverTitles[name],
        `another program listens on its port (${Object.values(ports).join(', ')}).`,
        'End that program, or run `npm run ace -- down` to let new ports be chosen.',
      );
    }
    await setTimeout(serverDeadline.pollMs);
  }
}

export async function allFree(ports: Ports): Promise<boolean> {
  const free = await Promise.all(Object.values(ports).map(isFree));
  return free.every(Boolean);
}
