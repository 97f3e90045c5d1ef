/**
 * Lines between which a process may be made to die: what has happened, and what has not yet. One phase of the
 * work each, so that kills can be drawn by phase.
 * A new line is named here and marked where it lies; fault-points.spec.ts then lets a run die there too.
 */
const points = {
  open: {
    RunOpened: 'run opened, not answered',
    TurnCame: 'turn has come, not answered',
  },
  generate: {
    InSampleTransaction: 'in the transaction of sample',
    StatesSampled: 'states sampled, not answered',
    PromptStored: 'prompt stored, request not sent',
    RequestSent: 'request sent, its id not stored',
    RequestStored: 'request stored, completions not awaited',
    CompletionsReceived: 'completions received, not stored',
    ArtifactAside: 'artifact written aside, not renamed',
    ProgramStored: 'program stored, completion not',
    CompletionStored: 'completion stored, not answered',
    AttemptsMade: 'attempts made, phase not moved on',
    PhaseMovedOn: 'phase moved on, not answered',
  },
  execute: {
    ExecutionClaimed: 'execution claimed, sandbox not started',
    SandboxStarted: 'sandbox started, not awaited',
    SandboxEnded: 'sandbox ended, not collected',
    OutputStored: 'output stored, result not',
    ResultStored: 'result stored, sandbox not removed',
    SandboxRemoved: 'sandbox removed, not answered',
  },
  /** Where programs run in containers. */
  contain: {
    ContainerCreated: 'container created, not started',
    ContainerStarted: 'container started, its program not begun',
  },
  grade: {
    Graded: 'graded, grade not stored',
    GradeStored: 'grade stored, not answered',
  },
  evolve: {
    InEvolveTransaction: 'in the transaction of evolve',
    BufferEvolved: 'buffer evolved, not answered',
  },
  update: {
    EpochClaimed: 'epoch claimed, model not made',
    ModelMade: 'model made, checkpoint not loaded',
    GradientMade: 'gradient made, optimiser not stepped',
    OptimiserStepped: 'optimiser stepped, nothing saved',
  },
  publish: {
    CheckpointAside: 'checkpoint written aside, not renamed',
    StateSaved: 'training state saved, sampler not',
    CheckpointNotPublished: 'checkpoint written, not published',
    VersionPublished: 'version published, not answered',
  },
  /** Where a person steers the run. */
  steer: {
    LimitsChanged: 'limits changed, not answered',
  },
  close: {
    RunFinished: 'run finished, not answered',
  },
} as const;

type Points = typeof points;
export type FaultPhase = keyof Points;
type NamesOf<Phase> = Phase extends FaultPhase ? keyof Points[Phase] : never;
type PointOf<Phase, Name> = Phase extends FaultPhase
  ? Name extends keyof Points[Phase]
    ? Points[Phase][Name]
    : never
  : never;

export const FaultPoint = Object.assign({}, ...Object.values(points)) as {
  [Name in NamesOf<FaultPhase>]: PointOf<FaultPhase, Name>;
};
export type FaultPoint = (typeof FaultPoint)[keyof typeof FaultPoint];

/** The phase of the work in which a point lies. */
export function phaseOf(point: FaultPoint): FaultPhase {
  const found = Object.entries(points).find(([, own]) =>
    Object.values<string>(own).includes(point),
  );
  if (!found) throw new Error(`there is no fault point "${point}"`);
  return found[0] as FaultPhase;
}
