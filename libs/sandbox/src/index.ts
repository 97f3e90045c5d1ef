export {
  type BubblewrapOptions,
  type BubblewrapSandbox,
  createBubblewrapSandbox,
} from './bubblewrap.ts';
export { createDockerSandbox, type DockerSandbox } from './docker/docker.ts';
export {
  SandboxEngineLostError,
  SandboxImageMissingError,
  SandboxNoSpaceError,
} from './docker/errors.ts';
export { type DockerImage, type DockerOptions } from './docker/host.ts';
export { type NormalisedError, normaliseError } from './normalise-error.ts';
export {
  type Sandbox,
  SandboxInfrastructureError,
  type SandboxName,
  type SandboxResult,
  type SandboxSpec,
  type SandboxStatus,
  SandboxUnavailableError,
  Verdict,
} from './port.ts';
export { parseValidationScore } from './validation-score.ts';
