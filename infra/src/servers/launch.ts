import { spawn } from 'node:child_process';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileIfAny } from './atomic-file.ts';
import { identityFrom } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { ServerProgram } from './server.ts';

/**
 * The process says who it is before it becomes the server, so a starter that is killed at any moment leaves
 * either nothing or a server that the next command can find.
 */
const launcher = `
  file=$1; shift
  { echo $$; cat /proc/$$/stat 2>/dev/null || ps -o stat=,lstart= -p $$; } > "$file.new"
  mv "$file.new" "$file"
  exec "$@"`;

const identityFile = (dataFolder: string): string => join(dataFolder, 'process');
const logLimitBytes = 10_000_000;

/** Who was last launched on this data folder, dead or alive; null when nobody was. */
export async function launchedOn(dataFolder: string): Promise<ProcessIdentity | null> {
  const text = await readFileIfAny(identityFile(dataFolder));
  return text === null ? null : identityFrom(text);
}

/** Starts a program in a session of its own; resolves with who it is, null when it never got so far. */
export async function launch(
  program: ServerProgram,
  dataFolder: string,
  logFile: string,
): Promise<ProcessIdentity | null> {
  await rm(identityFile(dataFolder), { force: true });
  const log = await openLog(logFile);
  try {
    const args = ['-c', launcher, 'sh', identityFile(dataFolder), program.file, ...program.args];
    const child = spawn('/bin/sh', args, {
      cwd: dataFolder,
      detached: true,
      env: program.env,
      stdio: ['ignore', log.fd, log.fd],
      ...program.account,
    });
    const gone = new Promise<void>((done) => {
      child.once('error', () => done());
      child.once('exit', () => done());
    });
    child.unref();
    return await identityOnceWritten(dataFolder, gone);
  } finally {
    await log.close();
  }
}

async function identityOnceWritten(
  dataFolder: string,
  gone: Promise<void>,
): Promise<ProcessIdentity | null> {
  let ended = false;
  void gone.then(() => (ended = true));
  for (;;) {
    const last = ended;
    const identity = await launchedOn(dataFolder);
    if (identity || last) return identity;
    await new Promise((resume) => setTimeout(resume, 5));
  }
}

async function openLog(path: string) {
  await mkdir(dirname(path), { recursive: true });
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size > logLimitBytes) await rename(path, `${path}.1`);
  return open(path, 'a');
}
