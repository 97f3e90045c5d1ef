import { type ChildEnded, childEndedSignal } from '@ace/config/pure';
import { defineSignal, setHandler } from '@temporalio/workflow';

/** Sent from outside for a child of whose end Temporal does not tell: see `@ace/config`. */
const childEnded = defineSignal<[ended: ChildEnded | undefined]>(childEndedSignal);

/** Executions of children, of this workflow, that are over, and what waits for those that may be. */
const over = new Set<string>();
const waits = new Map<string, () => void>();

/** Has the workflow heed the signal, also one that came before. */
export function heedEnds(): void {
  const heed = (ended: ChildEnded | undefined): void => {
    if (!ended?.runId) return;
    over.add(ended.runId);
    waits.get(ended.runId)?.();
  };
  setHandler(childEnded, heed, {
    description: 'For the workers: a child that is waited for is over',
  });
}

/** What the wait for a child comes to when nobody will tell what came of it. */
export const untold = Symbol('untold');

/** `result`, or that the execution `runId` which should bring it is over without it. */
export async function unlessUntold<Result>(
  runId: string,
  result: Promise<Result>,
): Promise<Result | typeof untold> {
  if (over.has(runId)) return untold;
  const end = new Promise<typeof untold>((resolve) => waits.set(runId, () => resolve(untold)));
  try {
    return await Promise.race([result, end]);
  } finally {
    waits.delete(runId);
  }
}
