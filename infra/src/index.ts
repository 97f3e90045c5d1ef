/** Set-up, the servers, and the recipes: everything that must be there before a run. */
export { CommandError, SetUpError } from './errors.ts';
export { homeAt, makeHome, openHome, projectFolder } from './home.ts';
export type { Home } from './home.ts';
export { provision } from './provision.ts';
export type { Provisioned } from './provision.ts';
export { loadRecipes } from './recipes.ts';
export { type DockerProvided, provideDocker } from './sandbox.ts';
export {
  sandboxCpus,
  SandboxKind,
  type SandboxSetting,
  sandboxSetting,
} from './sandbox-setting.ts';
export { type DockerEngine, findDockerEngine, type NoDockerEngine } from './docker/engine.ts';
export { ensureDebianImage, pinnedMirror } from './docker/image/debian.ts';
export { ensureImage, ensureNamedImage } from './docker/image/ensure-image.ts';
export { type HeldImage, loadImage } from './docker/image/load.ts';
export type { PackedImage } from './docker/image/pack.ts';
export {
  ensureServers,
  readServices,
  runningServers,
  servicesWithSetting,
  stopServers,
} from './services/services.ts';
export { serverNames } from './servers/record.ts';
export type { ServerName } from './servers/record.ts';
export type { EnsureOptions } from './services/services.ts';
export type { ServiceName, Services } from './services/kinds.ts';
export { namespace } from './temporal/connection.ts';
export { backfillTraining, triggerTraining } from './temporal/schedules/firings.ts';
export { type SkippedSchedule, skippedSchedules } from './temporal/schedules/skipped-schedules.ts';
export {
  createTrainingSchedule,
  trainingSchedule,
  trainingSchedules,
} from './temporal/schedules/training-schedules.ts';
export { sweepWorkflowType } from './temporal/sweep-schedule.ts';
export type { OnStep, Step } from './steps.ts';
export { ensureWorker, workerEnvironment } from './worker.ts';
export { doctor } from './doctor/doctor.ts';
export { doctorTable } from './doctor/table.ts';
export type { DoctorRow } from './doctor/row.ts';
