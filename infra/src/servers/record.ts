import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Home } from '../home.ts';
import { readFileIfAny, writeFileAtomically } from './atomic-file.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** The processes of this project that outlive the command which starts them, in the order of starting. */
export const serverNames = ['postgres', 'temporal', 'engine', 'worker'] as const;
export type ServerName = (typeof serverNames)[number];

/** As people call them. */
export const serverTitles: Readonly<Record<ServerName, string>> = {
  postgres: 'Postgres',
  temporal: 'Temporal',
  engine: 'Policy engine',
  worker: 'Worker',
};

/** What the next command needs to find a server again, or to start it as it was. */
export interface ServerRecord {
  readonly name: ServerName;
  /** Null between deciding on a start and the process saying who it is. */
  readonly process: ProcessIdentity | null;
  /** By what they are for; the first is the one that clients use. Empty for a worker. */
  readonly ports: Readonly<Record<string, number>>;
  readonly dataFolder: string;
  readonly command: readonly string[];
  readonly version: string;
  /** Where the program came from: a setting, the PATH, the cache, a package. */
  readonly source: string;
  readonly logFile: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

const pathOf = (home: Home, name: ServerName): string => join(home.records, `${name}.json`);

export async function readRecord(home: Home, name: ServerName): Promise<ServerRecord | null> {
  const text = await readFileIfAny(pathOf(home, name));
  return text === null ? null : (JSON.parse(text) as ServerRecord);
}

export async function writeRecord(home: Home, record: ServerRecord): Promise<void> {
  const path = pathOf(home, record.name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

export async function removeRecord(home: Home, name: ServerName): Promise<void> {
  await rm(pathOf(home, name), { force: true });
}

/** Every record of a home, in the order of starting. */
export async function readRecords(home: Home): Promise<ServerRecord[]> {
  const present = new Set(await readdir(home.records).catch(() => []));
  const names = serverNames.filter((name) => present.has(`${name}.json`));
  const records = await Promise.all(names.map((name) => readRecord(home, name)));
  return records.filter((record) => record !== null);
}
