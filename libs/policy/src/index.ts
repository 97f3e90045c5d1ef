/** The policy engine: its contract, and the client that speaks it over the Tinker wire. */
export type {
  AdamParams,
  Completion,
  EngineEndpoint,
  Example,
  PolicyEngine,
  SampleRequest,
  TrainingModel,
} from './contract.ts';
export { EngineLostError, EngineRefusedError, EngineUnreachableError } from './contract.ts';
export { connectEngine } from './tinker/connect.ts';
export type { ConnectOptions } from './tinker/connect.ts';
export { dialectOf, dialects, LossReduction } from './tinker/dialects.ts';
export type { Dialect, DialectName } from './tinker/dialects.ts';
