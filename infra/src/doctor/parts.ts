import { findPython } from '../../bootstrap/python.mjs';
import { bubblewrapRemedy, containsPrograms, findBubblewrap } from '../bubblewrap.ts';
import { arePrepared } from '../competitions.ts';
import type { Home } from '../home.ts';
import { isInstalled, solutionPython } from '../python/environment.ts';
import { outputOf } from '../run-output.ts';
import { findTemporal } from '../temporal/program.ts';
import { healthy, unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';

/** Provides whatever is missing, and starts what does not run. */
export const upCommand = 'npm run ace -- up';

export const checkNode = (): Promise<DoctorRow> =>
  Promise.resolve(healthy('Node', process.execPath, process.versions.node));

/** The interpreter from which environments are made. */
export async function checkPython(): Promise<DoctorRow> {
  const python = await findPython().catch((error: Error) => error);
  if (!(python instanceof Error)) return healthy('Python', python.file, python.version);
  const [what = '', ...rest] = python.message.split('\n');
  return unhealthy('Python', what, rest.at(-1)?.trim() ?? what);
}

const libraries = `
import sklearn, pandas, numpy, lightgbm
print('scikit-learn', sklearn.__version__)`;

/** Not only that it was installed: that its libraries can be imported. */
export async function checkEnvironment(home: Home): Promise<DoctorRow> {
  const part = 'Python environment';
  const found = solutionPython(home);
  if (!(await isInstalled(home, 'solution'))) return unhealthy(part, 'not installed', upCommand);
  const version = await outputOf(found, ['-I', '-c', libraries]);
  if (version !== null) return healthy(part, found, version);
  return unhealthy(part, 'cannot import its libraries', `rm -r ${home.python} && ${upCommand}`, {
    found,
  });
}

export async function checkTemporalProgram(home: Home): Promise<DoctorRow> {
  const part = 'Temporal program';
  const program = await findTemporal(home);
  if (!program) return unhealthy(part, 'not installed', upCommand);
  return healthy(part, program.file, program.version);
}

export const sandboxPart = 'Sandbox';

/** Bubblewrap, which may be missing where Docker serves. */
export async function checkSandbox(dockerServes: boolean): Promise<DoctorRow> {
  const part = sandboxPart;
  const bubblewrap = await findBubblewrap();
  if (!bubblewrap && dockerServes) return healthy(part, 'Docker', null);
  if (!bubblewrap) return unhealthy(part, 'bubblewrap is not installed', await bubblewrapRemedy());
  const found = bubblewrap.file;
  const version = `bubblewrap ${bubblewrap.version}`;
  const reason = await containsPrograms(found);
  if (reason === null) return healthy(part, found, version);
  const remedy = 'sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000';
  return unhealthy(part, `no namespaces: ${reason}`, remedy, { found, version });
}

export async function checkCompetitions(home: Home): Promise<DoctorRow> {
  const part = 'Competitions';
  if (await arePrepared(home)) return healthy(part, home.competitions, null);
  return unhealthy(part, 'not prepared', upCommand);
}
