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
  return error instanceof InputError ? businessFailure('InvalidInput', error.message) : error;
}
