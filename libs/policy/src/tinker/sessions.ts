import { parseInput } from '@ace/config';
import { sessionAnswer } from '../wire/index.ts';
import { required, type Transport } from './transport.ts';

/** A session of one model. Engines drop models whose session has been silent for 300 s. */
export class Session {
  readonly id: string;
  private readonly timer: NodeJS.Timeout;

  constructor(transport: Transport, id: string, heartbeatEveryMs: number) {
    this.id = id;
    this.timer = setInterval(() => void this.beat(transport), heartbeatEveryMs);
    this.timer.unref();
  }

  static async open(transport: Transport, tag: string, heartbeatEveryMs: number): Promise<Session> {
    const body = {
      tags: [tag],
      user_metadata: null,
      sdk_version: '0.25.0',
      type: 'create_session',
    };
    const reply = await transport.send({ path: 'create_session', body });
    const json = required(reply, 'create_session');
    const { session_id } = parseInput(sessionAnswer, json, 'answer of create_session');
    return new Session(transport, session_id, heartbeatEveryMs);
  }

  /** A missed beat is made up by the next; a lost session shows in the model's own calls. */
  private async beat(transport: Transport): Promise<void> {
    const body = { session_id: this.id, type: 'session_heartbeat' };
    try {
      const { status } = await transport.exchange({ path: 'session_heartbeat', body });
      if (status === 404) this.close();
    } catch {
      return;
    }
  }

  /** Stops the heartbeats; the engine forgets the session in its own time. */
  close(): void {
    clearInterval(this.timer);
  }
}
