import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from './home.ts';
import type { Home } from './home.ts';
import { loopback } from './servers/ports.ts';
import type { ServerRecord } from './servers/record.ts';
import type { ServerSpec } from './servers/server.ts';
import { typescriptProgram } from './typescript-program.ts';

const usualPort = 8_642;

/** The embedded policy engine, with its checkpoints below the home. */
export function engineServer(home: Home, anyPort: boolean): ServerSpec {
  const dataFolder = join(home.data, 'engine');
  return {
    name: 'engine',
    dataFolder,
    preferredPorts: { http: anyPort ? 0 : usualPort },
    async prepare(_home, ports) {
      await mkdir(dataFolder, { recursive: true });
      const main = join(projectFolder, 'apps', 'engine', 'src', 'main.ts');
      const args = ['--port', `${ports['http']}`, '--data', dataFolder];
      return { ...(await typescriptProgram(home, main, args)), source: 'this project' };
    },
    answers: (record) => engineAnswers(engineUrl(record)),
  };
}

export const engineUrl = (record: ServerRecord): string =>
  `http://${loopback}:${record.ports['http']}`;

/** Whether a policy engine answers at this address within two seconds. */
export async function engineAnswers(url: string): Promise<boolean> {
  const health = new URL('/api/v1/healthz', url);
  return fetch(health, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
