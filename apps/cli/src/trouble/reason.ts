import type { temporal } from '@temporalio/proto';

type Failure = temporal.api.failure.v1.IFailure;

/** A failure and what caused it, outermost first. */
export function causesOf(failure: Failure | null | undefined): Failure[] {
  const causes: Failure[] = [];
  for (let one = failure; one; one = one.cause) causes.push(one);
  return causes;
}

/**
 * A failure in its own words and those of its causes, each once. What only says that an activity or a child
 * failed says nothing.
 */
export function reasonOf(failure: Failure | null | undefined): string {
  const words = causesOf(failure)
    .filter((one) => !one.activityFailureInfo && !one.childWorkflowExecutionFailureInfo)
    .map(({ message }) => message?.trim() ?? '')
    .filter((message, index, all) => message && !all.slice(0, index).some(holding(message)));
  return words.join(': ') || 'it did not say why';
}

const holding =
  (message: string) =>
  (earlier: string): boolean =>
    earlier.includes(message);
