import { InputError } from '@ace/config';
import { sandboxCpus, sandboxSetting, type SandboxSetting } from '@ace/infra';
import { availableParallelism, hostname } from 'node:os';

/** Where a worker finds everything; all of it comes from the environment. */
export interface WorkerSettings {
  temporalAddress: string;
  namespace: string;
  databaseUrl: string;
  /** Base URL of the embedded engine. */
  engineUrl: string;
  /** Whether that engine serves this installation alone. */
  ownsEngine: boolean;
  /** Folder for artifacts and sandboxes. */
  home: string;
  /** Folder for the workflow bundle. */
  cache: string;
  /** Interpreter of the solutions' environment. */
  python: string;
  /** Folder with the prepared competitions. */
  competitions: string;
  /** This machine's name in the record. */
  host: string;
  /** Sandboxes at once. */
  slots: number;
  /** How programs are contained. */
  sandbox: SandboxSetting;
  /** Processor time per second of a program; null for what its sandbox gives unless told. */
  cpus: number | null;
}

/** @throws {@link InputError} that names the first variable that is missing or wrong. */
export function settingsFrom(env: NodeJS.ProcessEnv): WorkerSettings {
  const required = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new InputError(`${name}: expected a value, got none (ace starts workers with it set)`);
  };
  return {
    temporalAddress: required('TEMPORAL_ADDRESS'),
    namespace: env.TEMPORAL_NAMESPACE ?? 'default',
    databaseUrl: required('DATABASE_URL'),
    engineUrl: required('ACE_ENGINE_URL'),
    ownsEngine: env.ACE_OWN_ENGINE === 'yes',
    home: required('ACE_HOME'),
    cache: required('ACE_CACHE'),
    python: required('ACE_SOLUTION_PYTHON'),
    competitions: required('ACE_COMPETITIONS'),
    host: env.ACE_HOST ?? hostname(),
    slots: slotsFrom(env.ACE_SLOTS),
    sandbox: sandboxSetting(env),
    cpus: sandboxCpus(env),
  };
}

function slotsFrom(given: string | undefined): number {
  if (given === undefined) return availableParallelism();
  const slots = Number(given);
  if (Number.isInteger(slots) && slots >= 1 && slots <= 1024) return slots;
  throw new InputError(`ACE_SLOTS: expected a whole number from 1 to 1024, got "${given}"`);
}
