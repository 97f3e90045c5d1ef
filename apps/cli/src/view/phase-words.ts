import { type Phase, PhaseKind } from '@ace/config';
import type { Done } from './live-view.ts';

/** What a run does while its cursor stands at `phase`. `open`: training attempts that are not learnt from yet. */
export function phaseWords(phase: Phase | null, open: Done, evaluation: Done): string {
  if (!phase) return 'done';
  const { kind, index } = phase;
  switch (kind) {
    case PhaseKind.Initialise:
      return 'making the policy';
    case PhaseKind.Evaluate:
      return `sampling the evaluation of version ${index}`;
    case PhaseKind.Act:
      return `sampling the attempts of iteration ${index}`;
    case PhaseKind.Learn:
      return isOpen(open)
        ? `executing and grading iteration ${index}`
        : `learning from iteration ${index}`;
    case PhaseKind.Finish:
      return isOpen(evaluation) ? 'executing and grading the last evaluation' : 'finishing';
  }
}

const isOpen = ({ done, all }: Done): boolean => done < all;
