import { EngineLostError, EngineRefusedError, EngineUnreachableError } from '../contract.ts';
import { protobufType } from '../wire/index.ts';

/** One HTTP call below `/api/v1`. `body`: JSON value or protobuf bytes; a call without body is a GET. */
export interface Call {
  path: string;
  body?: unknown;
  /** Ask for protobuf; engines that do not speak it answer in JSON. */
  wantsProtobuf?: boolean;
  /** How long one answer may take, milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * When a call is sent again without an answer to the first. `if not delivered`: for calls that must not be
 * acted upon twice. `unless timed out`: for polls, whose time-out only says that the engine is busy.
 */
export type Resend = 'always' | 'if not delivered' | 'unless timed out';

export interface TransportOptions {
  /** How long an engine may be unreachable, or keep failing, before the client gives up. */
  unreachableAfterMs: number;
  /** How long one answer may take. */
  answerWithinMs: number;
  /** First pause between tries; doubles up to `maximumPauseMs`. */
  firstPauseMs: number;
  maximumPauseMs: number;
}

/** An answer, whatever its status. */
export interface Reply {
  status: number;
  isProtobuf: boolean;
  body: Uint8Array;
  /** The parsed body, or undefined when it is not JSON. */
  json: unknown;
}

/** No answer came. `delivered`: whether the engine may have received the request. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly delivered: boolean;
  readonly timedOut: boolean;

  constructor(message: string, { delivered, timedOut }: { delivered: boolean; timedOut: boolean }) {
    super(message);
    this.delivered = delivered;
    this.timedOut = timedOut;
  }
}

const notDelivered = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** HTTP to one engine, with retries of what is transient. */
export class Transport {
  readonly url: string;
  readonly options: TransportOptions;
  private readonly apiKey: string | undefined;

  constructor(endpoint: { url: string; apiKey?: string }, options: TransportOptions) {
    this.url = endpoint.url.replace(/\/+$/, '');
    this.apiKey = endpoint.apiKey;
    this.options = options;
  }

  /**
   * The engine's answer to a call. Transient answers (429, 5xx, a 400 without a reason, as proxies give)
   * and lost connections are tried again until `unreachableAfterMs` have passed without any other.
   *
   * @throws {@link EngineUnreachableError} then; {@link NoAnswerError} when `resend` forbids another try.
   */
  async send(call: Call, resend: Resend = 'always'): Promise<Reply> {
    const giveUpAt = performance.now() + this.options.unreachableAfterMs;
    for (let pause = this.options.firstPauseMs; ; pause = this.longer(pause)) {
      const trouble = await this.try(call);
      if (!(trouble instanceof NoAnswerError)) return trouble;
      if (isForbidden(resend, trouble)) throw trouble;
      if (performance.now() + pause > giveUpAt) {
        throw new EngineUnreachableError(this.url, `${call.path}: ${trouble.message}`);
      }
      await sleep(pause, call.signal);
    }
  }

  private longer(pause: number): number {
    return Math.min(2 * pause, this.options.maximumPauseMs);
  }

  private async try(call: Call): Promise<Reply | NoAnswerError> {
    try {
      const reply = await this.exchange(call);
      return isTransient(reply) ? overloaded(reply) : reply;
    } catch (error) {
      if (error instanceof NoAnswerError) return error;
      throw error;
    }
  }

  /** One request and its answer, without a second try. */
  async exchange(call: Call): Promise<Reply> {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? this.options.answerWithinMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    try {
      const response = await fetch(`${this.url}/api/v1/${call.path}`, this.request(call, signal));
      return replyOf(response, new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      if (call.signal?.aborted) throw error;
      throw new NoAnswerError(reasonOf(error), {
        delivered: !notDelivered.has(codeOf(error)),
        timedOut: timeout.aborted,
      });
    }
  }

  private request(call: Call, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = {
      accept: call.wantsProtobuf ? protobufType : 'application/json',
      ...(this.apiKey === undefined ? {} : { 'x-api-key': this.apiKey }),
    };
    if (call.body === undefined) return { headers, signal };
    const isBytes = call.body instanceof Uint8Array;
    headers['content-type'] = isBytes ? protobufType : 'application/json';
    const body = isBytes ? (call.body as Uint8Array<ArrayBuffer>) : JSON.stringify(call.body);
    return { method: 'POST', headers, body, signal };
  }
}

const isForbidden = (resend: Resend, { delivered, timedOut }: NoAnswerError): boolean =>
  (resend === 'if not delivered' && delivered) || (resend === 'unless timed out' && timedOut);

function replyOf({ status, headers }: Response, body: Uint8Array): Reply {
  const isProtobuf = headers.get('content-type')?.includes(protobufType) ?? false;
  return { status, body, isProtobuf, json: isProtobuf ? undefined : parseJson(body) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

const isTransient = (reply: Reply): boolean =>
  reply.status === 429 || reply.status >= 500 || (reply.status === 400 && !hasReason(reply));

function overloaded(reply: Reply): NoAnswerError {
  const delivered = reply.status !== 429 && reply.status !== 503;
  return new NoAnswerError(describe(reply), { delivered, timedOut: false });
}

const hasReason = ({ json }: Reply): boolean =>
  typeof json === 'object' && json !== null && ('detail' in json || 'error' in json);

/** What an engine says about a request that it did not serve. */
export function describe(reply: Reply): string {
  const { detail, error } = (reply.json ?? {}) as { detail?: unknown; error?: unknown };
  const reason = detail ?? error;
  if (reason === undefined) return `status ${reply.status}`;
  return `status ${reply.status}, ${typeof reason === 'string' ? reason : JSON.stringify(reason)}`;
}

/** The JSON of a successful answer; any other status becomes the error that callers act upon. */
export function required(reply: Reply, what: string): unknown {
  if (reply.status >= 200 && reply.status < 300) return reply.json;
  if (reply.status === 404) throw new EngineLostError(`${what}: ${describe(reply)}`);
  throw new EngineRefusedError(`${what}: ${describe(reply)}`);
}

function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; errors?: { code?: string }[] } };
  return cause?.code ?? cause?.errors?.[0]?.code ?? '';
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error };
  return cause?.message ? `${message} (${cause.message})` : message;
}

/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, ms);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
    function done(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
  });
}
