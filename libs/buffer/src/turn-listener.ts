import type pg from 'pg';
import { type Database, dedicatedClient } from './database.ts';
import { turnChannel } from './turns.ts';

/** A connection that hears of a run's changes. One that dies wakes the waiter and is replaced at the next `listen`. */
export class TurnListener {
  private client: pg.Client | null = null;
  private woken = false;
  private onWake: () => void = () => undefined;

  constructor(
    private readonly db: Database,
    private readonly run: string,
  ) {}

  /** Makes sure that there is a connection. Without one (the server is down) waiting goes on by time alone. */
  async listen(): Promise<void> {
    if (this.client) return;
    const client = dedicatedClient(this.db);
    client.on('notification', ({ payload }) => {
      if (payload === this.run) this.wake();
    });
    client.on('end', () => this.dropped(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${turnChannel}`);
      this.client = client;
    } catch {
      await end(client);
    }
  }

  /** Resolves at the first wake-up since the last wait, after `milliseconds`, or when the signal aborts. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.woken && !signal.aborted) await this.nextWake(milliseconds, signal);
    this.woken = false;
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    if (client) await end(client);
  }

  private nextWake(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.onWake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done, { once: true });
      this.onWake = done;
    });
  }

  private wake(): void {
    this.woken = true;
    this.onWake();
  }

  private dropped(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.wake();
  }
}

/** A connection that is gone already has nothing to say. */
const end = (client: pg.Client): Promise<void> => client.end().catch(() => undefined);
