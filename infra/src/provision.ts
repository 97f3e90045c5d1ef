import { ensureCompetitions } from './competitions.ts';
import type { Home } from './home.ts';
import { ensurePython, solutionPython } from './python/environment.ts';
import { ensureSandbox } from './sandbox.ts';
import { silent, tellStep } from './steps.ts';
import type { OnStep } from './steps.ts';

/** What programs of this project need besides the servers. All paths are absolute. */
export interface Provisioned {
  readonly solutionPython: string;
  readonly competitions: string;
}

/** Provides the Python environment, what contains programs, and the competitions; what is there is only looked at. */
export async function provision(home: Home, onStep: OnStep = silent): Promise<Provisioned> {
  await tellStep(
    onStep,
    'Python environment',
    'installing scikit-learn, pandas, numpy, lightgbm',
    () => ensurePython(home, 'solution'),
    (how) => `${how}, ${home.python}`,
  );
  await tellStep(
    onStep,
    'Sandbox',
    'looking for a Docker engine, else for bubblewrap',
    () => ensureSandbox(home, process.env),
    (what) => what,
  );
  await provideCompetitions(home, onStep);
  return { solutionPython: solutionPython(home), competitions: home.competitions };
}

const provideCompetitions = (home: Home, onStep: OnStep) => {
  const part = 'Competitions';
  const tell = (id: string): void => onStep({ part, state: 'doing', detail: id, seconds: 0 });
  return tellStep(
    onStep,
    part,
    'reading the data sets',
    () => ensureCompetitions(home, tell),
    ({ count, made }) => (made > 0 ? `${made} of ${count} prepared` : `${count} found`),
  );
};
