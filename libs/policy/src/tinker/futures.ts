import { EngineLostError, EngineRefusedError } from '../contract.ts';
import type { Reply } from './transport.ts';
import { describe, NoAnswerError, required, sleep, type Transport } from './transport.ts';

/** The engine no longer holds the result (410): the request is to be submitted again. */
export class FutureGoneError extends Error {
  override readonly name = 'FutureGoneError';
}

interface PollOptions {
  wantsProtobuf?: boolean;
  signal?: AbortSignal | undefined;
}

/** How long one poll may stay open; an engine that is merely busy is asked again. */
const pollMs = 45_000;

/**
 * Polls `retrieve_future` until the result is there.
 *
 * @throws {@link EngineLostError} when the engine does not know the request or failed at it;
 *   {@link EngineRefusedError} when it found the request wrong; {@link FutureGoneError} on 410.
 */
export async function awaitFuture(
  transport: Transport,
  requestId: string,
  options: PollOptions = {},
): Promise<Reply> {
  const { firstPauseMs } = transport.options;
  for (;;) {
    const reply = await poll(transport, requestId, options);
    if (reply !== 'pending') return outcome(transport, reply, requestId);
    await sleep(firstPauseMs, options.signal);
  }
}

async function poll(
  transport: Transport,
  requestId: string,
  options: PollOptions,
): Promise<Reply | 'pending'> {
  const call = { ...options, path: 'retrieve_future', body: { request_id: requestId } };
  try {
    const reply = await transport.send({ ...call, timeoutMs: pollMs }, 'unless timed out');
    const isPending = reply.status === 408 || typeOf(reply) === 'try_again';
    return isPending ? 'pending' : reply;
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    await transport.send({ path: 'healthz', signal: options.signal });
    return 'pending';
  }
}

const typeOf = ({ json }: Reply): unknown => (json as { type?: unknown } | undefined)?.type;

/** A failed future has two shapes: status 400 with `detail`, and status 200 with `error` and `category`. */
async function outcome(transport: Transport, reply: Reply, requestId: string): Promise<Reply> {
  const what = `request ${requestId}`;
  if (reply.status === 410) throw new FutureGoneError(`${what}: ${describe(reply)}`);
  required(reply, what);
  const { error, category } = (reply.json ?? {}) as { error?: unknown; category?: unknown };
  if (error === undefined || reply.isProtobuf) return reply;
  if (category === 'user') throw new EngineRefusedError(`${what}: ${describe(reply)}`);
  // The step is done again at once by whoever asked: the pause keeps a failing engine from being hammered.
  await sleep(transport.options.maximumPauseMs);
  throw new EngineLostError(`${what}: the engine failed: ${describe(reply)}`);
}
