import { protobufType } from '@ace/policy/wire';

/** A raw call, as a foreign client would make it. */
export interface RawAnswer {
  status: number;
  type: string | null;
  bytes: Uint8Array;
  json: Record<string, unknown>;
}

export async function get(url: string, path: string): Promise<RawAnswer> {
  return raw(await fetch(`${url}/api/v1/${path}`));
}

export async function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': isBytes ? protobufType : 'application/json', ...headers },
    body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
  });
  return raw(response);
}

async function raw(response: Response): Promise<RawAnswer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type');
  const json =
    type === 'application/json' ? (JSON.parse(Buffer.from(bytes).toString()) as object) : {};
  return { status: response.status, type, bytes, json: json as Record<string, unknown> };
}

/** The result of a request, asked for until it is there. */
export async function result(url: string, requestId: unknown, accept?: string): Promise<RawAnswer> {
  for (;;) {
    const headers: Record<string, string> = accept ? { accept } : {};
    const answer = await post(url, 'retrieve_future', { request_id: requestId }, headers);
    if (answer.status !== 408) return answer;
  }
}

/** A session with a model of its own. */
export async function newModel(
  url: string,
  baseModel: string,
  seed = 1,
): Promise<{ session: string; model: string }> {
  const opened = await post(url, 'create_session', { tags: [], sdk_version: 'test' });
  const session = opened.json.session_id as string;
  const lora_config = { rank: 1, seed };
  const made = await post(url, 'create_model', {
    ...{ session_id: session, model_seq_id: 0, base_model: baseModel, lora_config },
  });
  await result(url, made.json.request_id);
  return { session, model: made.json.model_id as string };
}
