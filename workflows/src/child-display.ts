import type { GroupAddress } from '@ace/activities';
import { SearchAttribute, Track } from '@ace/config/pure';
import type { SearchAttributePair } from '@temporalio/common';
import { type ChildWorkflowOptions, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { nameOfGroup } from './summaries.ts';

/** What the UI and its list filters know of a child from its start on. */
export type ChildDisplay = Pick<
  ChildWorkflowOptions,
  'staticSummary' | 'staticDetails' | 'typedSearchAttributes'
>;

export const iterationDisplay = (iteration: number): ChildDisplay => ({
  staticSummary: `iteration ${iteration}, which makes policy version ${iteration}`,
  staticDetails:
    'Samples states, generates attempts, executes and grades them in one child per state, grows the buffer and ' +
    'updates the policy. Each phase asks the record first: an iteration that is started again repeats nothing.',
  ...attributes({ key: SearchAttribute.Iteration, value: iteration }),
});

export const evaluationDisplay = (version: number): ChildDisplay => ({
  staticSummary: `fixed evaluation of policy version ${version}`,
  staticDetails:
    'Executes root drafts of every competition with the same seeds for each version. Nothing is learnt from them.',
  ...attributes({ key: SearchAttribute.PolicyVersion, value: version }),
});

export const groupDisplay = (group: GroupAddress): ChildDisplay => ({
  staticSummary: nameOfGroup(group),
  staticDetails: 'Executes and grades the attempts for one state. Each fails alone.',
  ...attributes(
    group.track === Track.Train
      ? { key: SearchAttribute.Iteration, value: group.iteration }
      : { key: SearchAttribute.PolicyVersion, value: group.iteration },
  ),
});

/** A child names attributes only where its parent has them: else the server may not know them. */
function attributes(own: SearchAttributePair): Pick<ChildDisplay, 'typedSearchAttributes'> {
  const { typedSearchAttributes } = workflowInfo();
  const inherited = [SearchAttribute.Run, SearchAttribute.Recipe].flatMap((key) => {
    const value = typedSearchAttributes.get(key);
    return value === undefined ? [] : [{ key, value }];
  });
  return inherited.length > 0 ? { typedSearchAttributes: [...inherited, own] } : {};
}

/** Shows what the workflow does now. */
export const showPhase = (phase: string): void => setCurrentDetails(phase);
