import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cataloguePath, competitionIds, prepareCompetitions } from '@ace/competitions';
import type { Home } from './home.ts';
import { ensurePython, pythonFolder, solutionPython } from './python/environment.ts';
import { lockHash } from './python/lock-files.ts';
import { readFileIfAny, writeFileAtomically } from './servers/atomic-file.ts';
import { withLock } from '../bootstrap/lock.mjs';

const stampFile = (home: Home): string => join(home.cache, 'competitions.sha256');

/** Whether every competition of the catalogue is prepared from what the catalogue and its programs are now. */
export async function arePrepared(home: Home): Promise<boolean> {
  const stamp = await readFileIfAny(stampFile(home));
  if (stamp !== (await inputsHash())) return false;
  const answers = competitionIds(cataloguePath).map((id) =>
    stat(join(home.competitions, id, 'prepared', 'private', 'answers.csv')),
  );
  return Promise.all(answers).then(
    () => true,
    () => false,
  );
}

/** Prepares what is not prepared; tells how many competitions there are and how many were made now. */
export async function ensureCompetitions(
  home: Home,
  onProgress: (id: string) => void,
): Promise<{ count: number; made: number }> {
  const count = competitionIds(cataloguePath).length;
  if (await arePrepared(home)) return { count, made: 0 };
  return withLock(`competitions ${home.competitions}`, async () => {
    if (await arePrepared(home)) return { count, made: 0 };
    await ensurePython(home, 'data');
    let made = 0;
    await prepareCompetitions({
      python: solutionPython(home),
      pythonPath: pythonFolder(home, 'data'),
      target: home.competitions,
      onProgress: ({ id, prepared }) => {
        if (prepared) made += 1;
        onProgress(id);
      },
    });
    await writeFileAtomically(stampFile(home), await inputsHash());
    return { count, made };
  });
}

/** Over the catalogue, the programs that prepare it, and the packages that these use. */
async function inputsHash(): Promise<string> {
  const room = dirname(cataloguePath);
  const hash = createHash('sha256');
  hash.update(`${await lockHash('solution')} ${await lockHash('data')}\n`);
  for (const path of await inputFiles(room)) {
    const content = await readFile(path);
    hash.update(`${relative(room, path)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function inputFiles(room: string): Promise<string[]> {
  const folders = [cataloguePath, join(room, 'python')];
  const entries = await Promise.all(
    folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  return entries
    .flat()
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
