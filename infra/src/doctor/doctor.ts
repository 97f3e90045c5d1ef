import type { Home } from '../home.ts';
import { serviceNames } from '../services/kinds.ts';
import {
  checkCompetitions,
  checkEnvironment,
  checkNode,
  checkPython,
  checkSandbox,
  checkTemporalProgram,
} from './parts.ts';
import { unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';
import { checkService, checkWorker } from './services.ts';

/** Looks at every part and every server; installs, starts and changes nothing. */
export async function doctor(
  home: Home,
  settings: NodeJS.ProcessEnv = process.env,
): Promise<DoctorRow[]> {
  const programs = [
    checkNode(),
    checkPython(),
    checkEnvironment(home),
    checkSandbox(),
    checkCompetitions(home),
  ];
  if (!settings['TEMPORAL_ADDRESS']) programs.push(checkTemporalProgram(home));
  const servers = serviceNames.map((name) =>
    checkService(home, name, settings).catch((error: Error) =>
      unhealthy(name, error.message, 'npm run ace -- down'),
    ),
  );
  return Promise.all([...programs, ...servers, checkWorker(home, settings)]);
}
