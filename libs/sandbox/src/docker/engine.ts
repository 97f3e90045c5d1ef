import { SandboxInfrastructureError } from '../port.ts';
import { SandboxEngineLostError, SandboxNoSpaceError } from './errors.ts';

interface EngineAnswer {
  statusCode?: number;
  message?: string;
}

/** The HTTP status with which the engine refused, or null when `error` is something else. */
export const statusOf = (error: unknown): number | null =>
  (error as EngineAnswer | null)?.statusCode ?? null;

const notInTime = Symbol('not in time');

/**
 * What `call` gives, within `ms`: an engine may be gone without a word, and its answer may break off in the
 * middle, of which the client does not tell. Throws SandboxEngineLostError when nothing answered. What the
 * engine refused is thrown as it came, see {@link statusOf}. `operation`: words that follow "could not".
 */
export async function ask<T>(
  operation: string,
  ms: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const answer = await orNotInTime(operation, ms, call);
  if (answer !== notInTime) return answer;
  throw new SandboxEngineLostError(operation, `no answer within ${ms / 1000} s`);
}

/** The same for a call that may well take longer than `ms`: null then. */
export async function askForAWhile<T>(
  operation: string,
  ms: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
  giveUp?: AbortSignal,
): Promise<T | null> {
  const answer = await orNotInTime(operation, ms, call, giveUp);
  return answer === notInTime ? null : answer;
}

async function orNotInTime<T>(
  operation: string,
  ms: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
  giveUp?: AbortSignal,
): Promise<T | typeof notInTime> {
  const request = new AbortController();
  let end: () => void = () => undefined;
  const late = new Promise<typeof notInTime>((resolve) => (end = () => resolve(notInTime)));
  const timer = setTimeout(end, ms);
  giveUp?.addEventListener('abort', end, { once: true });
  const answer = call(request.signal);
  // An abandoned request ends in an error that nobody waits for.
  answer.catch(() => undefined);
  try {
    const first = await Promise.race([answer, late]);
    if (first === notInTime) request.abort();
    return first;
  } catch (error) {
    throw statusOf(error) === null ? new SandboxEngineLostError(operation, error) : error;
  } finally {
    clearTimeout(timer);
    giveUp?.removeEventListener('abort', end);
  }
}

/** A refusal as the port's kind of error; anything else as it is. */
export function asInfrastructure(operation: string, error: unknown): unknown {
  if (statusOf(error) === null) return error;
  const words = ((error as EngineAnswer).message ?? '').trim();
  if (words.includes('no space left on device')) return new SandboxNoSpaceError(operation, error);
  return new SandboxInfrastructureError(`could not ${operation}: ${words}`, { cause: error });
}
