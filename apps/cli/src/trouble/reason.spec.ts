import { describe, expect, it } from 'vitest';
import { reasonOf } from './reason.ts';

describe('reasonOf', () => {
  it('leaves out what only says that something failed, and what is said already', () => {
    const refused = { message: 'connect ECONNREFUSED 127.0.0.1:8642' };
    const engine = { message: 'the engine does not answer', cause: refused };
    const activity = { message: 'Activity task failed', activityFailureInfo: {}, cause: engine };
    const info = { childWorkflowExecutionFailureInfo: {} };
    const child = { message: 'Child Workflow execution failed', ...info, cause: activity };
    const reason = 'the engine does not answer: connect ECONNREFUSED 127.0.0.1:8642';
    expect(reasonOf(child)).toBe(reason);
    expect(reasonOf({ message: reason, cause: refused })).toBe(reason);
  });

  it('does not stay silent', () => {
    expect(reasonOf(null)).toBe('it did not say why');
    expect(reasonOf({ message: ' ', cause: { message: '' } })).toBe('it did not say why');
  });
});
