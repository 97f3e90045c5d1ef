import type { Home } from '../home.ts';
import type { ServerName, ServerRecord } from './record.ts';

/** The user as whom a server runs when root starts it. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What to execute, once it is found or provisioned and its data folder is ready. */
export interface ServerProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Absent: the caller's own. */
  readonly account?: Account;
  readonly version: string;
  readonly source: string;
}

export type Ports = Readonly<Record<string, number>>;

/** Everything the supervisor must know of one server. */
export interface ServerSpec {
  readonly name: ServerName;
  readonly dataFolder: string;
  /** First choices by use; 0 asks for any free port. */
  readonly preferredPorts: Ports;
  /** Finds the program and readies its data. Called only when a process must be started. */
  prepare(home: Home, ports: Ports): Promise<ServerProgram>;
  /** Whether it answers a real request now. Must not throw and must not take more than a second or two. */
  answers(record: ServerRecord): Promise<boolean>;
  /** Sets what only a running server can be told. Called whenever it answers, so a second time is harmless. */
  settle?(record: ServerRecord): Promise<void>;
}

/** Starting and stopping must not hang: what is not done by then has failed. */
export const serverDeadline = {
  /** From its start to its first answer: a worker that bundles its workflows on a busy machine takes half of that. */
  answerMs: 60_000,
  /** For a port to be let go, or for one that ends at once to be started again. */
  restartMs: 5_000,
  /** From being asked to end to being killed. */
  stopMs: 10_000,
  pollMs: 50,
} as const;

/** How each server is asked to end at once and in order; Postgres waits for its clients on SIGTERM. */
export const stopSignals: Readonly<Record<ServerName, NodeJS.Signals>> = {
  postgres: 'SIGINT',
  temporal: 'SIGTERM',
  engine: 'SIGTERM',
  worker: 'SIGTERM',
};
