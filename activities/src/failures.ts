import { InputError, type FailureType } from '@ace/config';
import { ApplicationFailure } from '@temporalio/common';

/** A business fault: named, told to the workflow, never retried. */
export function businessFailure(
  type: FailureType,
  message: string,
  details: unknown[] = [],
): ApplicationFailure {
  return ApplicationFailure.create({ type, message, details, nonRetryable: true });
}

/** Turns an {@link InputError} into the failure that the Temporal UI shows; passes anything else on. */
export function asInvalidInput(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const failure = businessFailure('InvalidInput', error.message);
  // The message says what to do; below it the UI would show twenty lines of where that was noticed.
  failure.stack = '';
  return failure;
}
