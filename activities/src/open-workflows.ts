import { type Client, WorkflowNotFoundError } from '@temporalio/client';

const closed = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/** Whether a workflow is open, by Temporal, which alone knows; each is asked for once. */
export function openWorkflows({ workflow }: Client): (id: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  const ask = async (id: string): Promise<boolean> => {
    try {
      const { status } = await workflow.getHandle(id).describe();
      return !closed.includes(status.name);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return (id) => {
    const answer = answers.get(id) ?? ask(id);
    answers.set(id, answer);
    return answer;
  };
}
