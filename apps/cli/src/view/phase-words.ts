import { type Phase, PhaseKind } from '@ace/config';

/** What a run does while its cursor stands at `phase`; `executing`: whether attempts that it waits for are open. */
export function phaseWords(phase: Phase | null, executing: boolean): string {
  if (!phase) return 'done';
  const { kind, index } = phase;
  switch (kind) {
    case PhaseKind.Initialise:
      return 'making the policy';
    case PhaseKind.Evaluate:
      return `sampling root drafts of version ${index} for its evaluation`;
    case PhaseKind.Act:
      return `sampling the attempts of iteration ${index}`;
    case PhaseKind.Learn:
      return executing
        ? `executing and grading iteration ${index}`
        : `learning from iteration ${index}`;
    case PhaseKind.Finish:
      return executing ? 'executing and grading the last evaluation' : 'finishing';
  }
}
