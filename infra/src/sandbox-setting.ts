import { InputError } from '@ace/config';

/** The ways to contain a program. */
export const SandboxKind = { Docker: 'docker', Bubblewrap: 'bubblewrap' } as const;
export type SandboxKind = (typeof SandboxKind)[keyof typeof SandboxKind];

/** `auto`: Docker where an engine answers that can serve, else bubblewrap. */
export type SandboxSetting = SandboxKind | 'auto';

/** What `ACE_SANDBOX` asks for; `auto` unless told. Throws InputError that names it. */
export function sandboxSetting(env: NodeJS.ProcessEnv): SandboxSetting {
  const given = env['ACE_SANDBOX'] || 'auto';
  const known: readonly SandboxSetting[] = ['auto', SandboxKind.Docker, SandboxKind.Bubblewrap];
  const found = known.find((setting) => setting === given);
  if (found) return found;
  throw new InputError(`ACE_SANDBOX: expected one of ${known.join(', ')}, got "${given}"`);
}
