import { randomBytes } from 'node:crypto';
import type { BaseModel } from '../model/base-model.ts';
import type { SamplingSource } from '../compute/operations.ts';
import { RequestError } from './request-error.ts';

interface Session {
  lastBeat: number;
  samplers: Map<string, SamplingSource>;
}

/** A model as HTTP knows it: whose it is, and which calls were accepted. */
export interface ModelRecord {
  id: string;
  base: BaseModel;
  session: string;
  /** The number that the next call must carry. */
  nextNumber: number;
  /** The last calls that are answered again when they come again: number → body's hash and request. */
  accepted: Map<number, { bodyHash: string; requestId: string }>;
  /** `<kind>/<name>` of checkpoints: being written, or written. */
  saves: Map<string, 'pending' | 'done'>;
}

/** Calls that are remembered per model; a client has one in flight. */
const callsKept = 64;

/** Sessions and their models. All of it is lost at a restart, and after silence. */
export class Models {
  private readonly sessions = new Map<string, Session>();
  private readonly models = new Map<string, ModelRecord>();
  private readonly samplers = new Map<string, SamplingSource>();
  private readonly silenceMs: number;

  constructor(silenceMs: number) {
    this.silenceMs = silenceMs;
  }

  openSession(): string {
    const id = newId('session');
    this.sessions.set(id, { lastBeat: performance.now(), samplers: new Map() });
    return id;
  }

  beat(sessionId: string): void {
    this.session(sessionId).lastBeat = performance.now();
  }

  addModel(sessionId: string, base: BaseModel): ModelRecord {
    this.session(sessionId);
    const id = newId('model');
    const model: ModelRecord = {
      ...{ id, base, session: sessionId, nextNumber: 1 },
      ...{ accepted: new Map(), saves: new Map() },
    };
    this.models.set(id, model);
    return model;
  }

  addSampler(sessionId: string, source: SamplingSource): string {
    const id = newId('sampling');
    this.session(sessionId).samplers.set(id, source);
    this.samplers.set(id, source);
    return id;
  }

  sampler(id: string): SamplingSource {
    return this.samplers.get(id) ?? missing(`Sampling session ${id} not found`);
  }

  model(id: string): ModelRecord {
    return this.models.get(id) ?? missing(`Model ${id} not found`);
  }

  find(id: string): ModelRecord | undefined {
    return this.models.get(id);
  }

  drop(id: string): void {
    this.models.delete(id);
  }

  /** Forgets sessions that were silent for too long, and returns the ids of their models. */
  expire(): string[] {
    const before = performance.now() - this.silenceMs;
    const silent = [...this.sessions].filter(([, { lastBeat }]) => lastBeat < before);
    for (const [id, { samplers }] of silent) {
      this.sessions.delete(id);
      for (const sampler of samplers.keys()) this.samplers.delete(sampler);
    }
    const lost = [...this.models.values()].filter(({ session }) => !this.sessions.has(session));
    for (const { id } of lost) this.models.delete(id);
    return lost.map(({ id }) => id);
  }

  private session(id: string): Session {
    return this.sessions.get(id) ?? missing(`Session ${id} not found`);
  }
}

/**
 * Numbers of a model's calls are contiguous from 1. The same number with the same body is the same call and
 * gives its request; with another body it is refused, as is a gap.
 */
export function acceptOnce(
  model: ModelRecord,
  number: number,
  bodyHash: string,
  start: () => string,
): string {
  const before = model.accepted.get(number);
  if (before?.bodyHash === bodyHash) return before.requestId;
  useNumber(model, number);
  const requestId = start();
  model.accepted.set(number, { bodyHash, requestId });
  model.accepted.delete(number - callsKept);
  return requestId;
}

/** For calls that are not recognised when they come again. */
export function useNumber(model: ModelRecord, number: number): void {
  if (number < model.nextNumber) {
    throw new RequestError(409, `seq_id ${number} of ${model.id} was used by another request`);
  }
  if (number > model.nextNumber) {
    throw new RequestError(
      400,
      `seq_id ${number} of ${model.id} leaves a gap, expected ${model.nextNumber}`,
    );
  }
  model.nextNumber += 1;
}

const newId = (kind: string): string => `${kind}_${randomBytes(8).toString('hex')}`;

function missing(detail: string): never {
  throw new RequestError(404, detail);
}
