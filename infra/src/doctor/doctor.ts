import type { Home } from '../home.ts';
import { serviceNames } from '../services/kinds.ts';
import { checkDocker } from './docker.ts';
import {
  checkCompetitions,
  checkEnvironment,
  checkNode,
  checkPython,
  checkSandbox,
  checkTemporalProgram,
  sandboxPart,
} from './parts.ts';
import { unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';
import { checkService, checkWorker } from './services.ts';

/** Looks at every part and every server; installs, starts and changes nothing. */
export async function doctor(
  home: Home,
  settings: NodeJS.ProcessEnv = process.env,
): Promise<DoctorRow[]> {
  const docker = checkDocker(settings);
  const programs = [
    checkNode(),
    checkPython(),
    checkEnvironment(home),
    docker.then(({ serves }) => checkSandbox(serves)),
    checkCompetitions(home),
  ];
  if (!settings['TEMPORAL_ADDRESS']) programs.push(checkTemporalProgram(home));
  const servers = serviceNames.map((name) =>
    checkService(home, name, settings).catch((error: Error) =>
      unhealthy(name, error.message, 'npm run ace -- down'),
    ),
  );
  const checks = [...programs, ...servers, checkWorker(home, settings)];
  const [engine, rows] = await Promise.all([docker, Promise.all(checks)]);
  const after = rows.findIndex(({ part }) => part === sandboxPart) + 1;
  return [...rows.slice(0, after), ...engine.rows, ...rows.slice(after)];
}
