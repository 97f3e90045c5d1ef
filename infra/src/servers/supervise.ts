import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { launch, launchedOn } from './launch.ts';
import { listensOnItsPorts } from './listening.ts';
import { allFree, choosePorts, portsFreed } from './server-ports.ts';
import { isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readRecord, removeRecord, serverTitles, writeRecord } from './record.ts';
import type { ServerRecord } from './record.ts';
import { serverDeadline } from './server.ts';
import type { Ports, ServerSpec } from './server.ts';
import { stopProcess } from './stop.ts';

/** A server that answers, and whether it was running already. */
export interface Supervised {
  readonly record: ServerRecord;
  readonly adopted: boolean;
}

/**
 * Makes one server answer: adopts the one that the record names while that very process lives; starts it
 * again on the same ports when it died, since clients hold them; else starts it on free ports.
 * The caller holds the home's lock.
 */
export async function superviseServer(home: Home, spec: ServerSpec): Promise<Supervised> {
  const record = await readRecord(home, spec.name);
  if (!record) return { record: await startAnywhere(home, spec), adopted: false };
  const alive = await livingProcess(record);
  if (alive) {
    const adopted = { ...record, process: alive };
    if (await answersInTime(spec, adopted)) {
      await spec.settle?.(adopted);
      if (!record.process) await writeRecord(home, adopted);
      return { record: adopted, adopted: true };
    }
    await stopProcess(alive, spec.name);
  }
  return { record: await startOn(home, spec, record.ports), adopted: false };
}

/** The process of a record, when it runs. */
export async function livingProcess(record: ServerRecord): Promise<ProcessIdentity | null> {
  const identity = record.process ?? (await launchedOn(record.dataFolder));
  return identity && (await isRunning(identity)) ? identity : null;
}

const tries = 3;

/** A port that was free when chosen may be taken before the server binds it: choose anew. */
async function startAnywhere(home: Home, spec: ServerSpec): Promise<ServerRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(home, spec.preferredPorts);
    try {
      return await startOn(home, spec, ports);
    } catch (error) {
      const portLost = !(await allFree(ports));
      if (!portLost || attempt === tries) throw error;
      await removeRecord(home, spec.name);
    }
  }
}

async function startOn(home: Home, spec: ServerSpec, ports: Ports): Promise<ServerRecord> {
  const program = await spec.prepare(home, ports);
  const wanted: ServerRecord = {
    name: spec.name,
    process: null,
    ports,
    dataFolder: spec.dataFolder,
    command: [program.file, ...program.args],
    version: program.version,
    source: program.source,
    logFile: join(home.logs, `${spec.name}.log`),
    startedAt: new Date().toISOString(),
  };
  const until = performance.now() + serverDeadline.answerMs;
  await portsFreed(spec.name, ports);
  // Written before the start, so that no server is ever without a record.
  await writeRecord(home, wanted);
  const restartUntil = performance.now() + serverDeadline.restartMs;
  do {
    const process = await launch(program, spec.dataFolder, wanted.logFile);
    const record = { ...wanted, process };
    if (process) await writeRecord(home, record);
    if (process && (await answersInTime(spec, record, until))) {
      await spec.settle?.(record);
      return record;
    }
    if (process) await stopProcess(process, spec.name);
    // Postgres refuses to start while children of a killed one still hold its memory: soon it will not.
    await setTimeout(200);
  } while (performance.now() < restartUntil && (await allFree(ports)));
  throw await notAnswering(wanted);
}

async function answersInTime(
  spec: ServerSpec,
  record: ServerRecord,
  until = performance.now() + serverDeadline.answerMs,
): Promise<boolean> {
  while (performance.now() < until) {
    // Somebody else's server may answer on a port that ours failed to get.
    if ((await listensOnItsPorts(record)) && (await spec.answers(record))) return true;
    if (record.process && !(await isRunning(record.process))) return false;
    await setTimeout(serverDeadline.pollMs);
  }
  return false;
}

async function notAnswering(record: ServerRecord): Promise<SetUpError> {
  const log = await readFile(record.logFile, 'utf8').catch(() => '');
  const tail = log.trimEnd().split('\n').slice(-15);
  return new SetUpError(
    serverTitles[record.name],
    ['does not answer. Its log ends:', ...tail.map((line) => `  | ${line}`)].join('\n'),
    `Whole log: ${record.logFile}`,
  );
}
