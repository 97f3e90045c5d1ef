import { groupWorkflowId, iterationWorkflowId, PhaseKind, Track } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { nowhere, placeOf, placeOfWorkflow } from './place.ts';

const group = { run: 'r', track: Track.Train, iteration: 3, slot: 0 };

describe('placeOf', () => {
  it.each<[unknown, object]>([
    [{ run: 'r' }, {}],
    [undefined, {}],
    [{ run: 'r', iteration: 3 }, { iteration: 3 }],
    [{ run: 'r', version: 0 }, { evaluation: 0 }],
    [{ run: 'r', phase: { kind: PhaseKind.Learn, index: 2 } }, { iteration: 2 }],
    [{ run: 'r', phase: { kind: PhaseKind.Evaluate, index: 0 } }, { evaluation: 0 }],
    [{ run: 'r', phase: { kind: PhaseKind.Finish, index: 9 } }, {}],
    [group, { iteration: 3, group: 0 }],
    [{ attempt: { ...group, sample: 5 } }, { iteration: 3, group: 0, attempt: 5 }],
    [
      { attempt: { ...group, track: Track.Evaluation, sample: 5 } },
      { evaluation: 3, group: 0, attempt: 5 },
    ],
  ])('reads %j', (input, place) => {
    expect(placeOf(input)).toEqual({ ...nowhere, ...place });
  });
});

describe('placeOfWorkflow', () => {
  it('reads the ids that children have', () => {
    expect(placeOfWorkflow('r')).toEqual(nowhere);
    expect(placeOfWorkflow(iterationWorkflowId('r', 3))).toEqual({ ...nowhere, iteration: 3 });
    const evaluated = groupWorkflowId({ ...group, track: Track.Evaluation, slot: 2 });
    expect(placeOfWorkflow(evaluated)).toEqual({ ...nowhere, evaluation: 3, group: 2 });
  });
});
