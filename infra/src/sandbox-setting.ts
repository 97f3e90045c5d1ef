import { InputError } from '@ace/config';
import { availableParallelism } from 'node:os';

/** The ways to contain a program. */
export const SandboxKind = { Docker: 'docker', Bubblewrap: 'bubblewrap' } as const;
export type SandboxKind = (typeof SandboxKind)[keyof typeof SandboxKind];

/** `auto`: Docker where an engine answers that can serve, else bubblewrap. */
export type SandboxSetting = SandboxKind | 'auto';

/** With less the programs of no competition here would reach their limit on CPU time before that on wall time. */
const fewestCpus = 0.1;

/** Processor time per second that `ACE_SANDBOX_CPUS` lets a program have; null unless told. Throws InputError. */
export function sandboxCpus(env: NodeJS.ProcessEnv): number | null {
  const given = env['ACE_SANDBOX_CPUS'];
  if (!given) return null;
  const cpus = Number(given);
  const mostCpus = availableParallelism();
  if (cpus >= fewestCpus && cpus <= mostCpus) return cpus;
  const expected = `expected a number from ${fewestCpus} to ${mostCpus}, of this machine's cores`;
  throw new InputError(`ACE_SANDBOX_CPUS: ${expected}, got "${given}"`);
}

/** What `ACE_SANDBOX` asks for; `auto` unless told. Throws InputError that names it. */
export function sandboxSetting(env: NodeJS.ProcessEnv): SandboxSetting {
  const given = env['ACE_SANDBOX'] || 'auto';
  const known: readonly SandboxSetting[] = ['auto', SandboxKind.Docker, SandboxKind.Bubblewrap];
  const found = known.find((setting) => setting === given);
  if (found) return found;
  throw new InputError(`ACE_SANDBOX: expected one of ${known.join(', ')}, got "${given}"`);
}
