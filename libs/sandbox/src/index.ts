export {
  type BubblewrapOptions,
  type BubblewrapSandbox,
  createBubblewrapSandbox,
} from './bubblewrap.ts';
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
