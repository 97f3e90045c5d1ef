import { FaultPoint, faultPoint } from '@ace/faults';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CheckpointError, sha256 } from './checkpoint.ts';

/** `tinker://<model>/<kind>/<name>`. */
export interface CheckpointPath {
  model: string;
  kind: 'weights' | 'sampler_weights';
  name: string;
}

const segment = '[a-zA-Z0-9_-]{1,255}';
const pathPattern = new RegExp(`^tinker://(${segment})/(weights|sampler_weights)/(${segment})$`);

export const formatPath = ({ model, kind, name }: CheckpointPath): string =>
  `tinker://${model}/${kind}/${name}`;

/** Null for anything that is not such a path, so that no request reaches outside the folder. */
export function parsePath(path: string): CheckpointPath | null {
  const [, model, kind, name] = pathPattern.exec(path) ?? [];
  if (model === undefined || kind === undefined || name === undefined) return null;
  return { model, kind: kind as CheckpointPath['kind'], name };
}

/**
 * Checkpoints on disk. Contents are files named by their SHA-256 (`checkpoints/<sha256>`); a name is a
 * small file that holds a SHA-256 (`names/<model>/<kind>/<name>`). Both are written aside, synced and
 * renamed, the content first: a name that exists leads to a whole content.
 */
export class CheckpointStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    for (const part of ['checkpoints', 'names', 'aside']) makeFolder(join(folder, part));
  }

  /** Writes `bytes` under `path` and returns their SHA-256. The caller sees to it that a path is used once. */
  save(path: CheckpointPath, bytes: Uint8Array): string {
    const hash = sha256(bytes);
    // Also when it is there already: that mends a damaged file, and makes it young for the sweep.
    this.publish(this.contentFile(hash), bytes);
    this.publish(this.nameFile(path), Buffer.from(`${hash}\n`));
    return hash;
  }

  /** SHA-256 of the checkpoint, or null when there is none of that name. */
  hashOf(path: CheckpointPath): string | null {
    const file = this.nameFile(path);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  }

  /** The checkpoint's bytes; throws {@link CheckpointError} when they are not what they were. */
  read(hash: string): Uint8Array {
    const file = this.contentFile(hash);
    if (!existsSync(file)) throw new CheckpointError(`content ${hash} is missing`);
    const bytes = readFileSync(file);
    if (sha256(bytes) !== hash) throw new CheckpointError(`content ${hash} is damaged`);
    return bytes;
  }

  /**
   * Deletes every name older than `minimumAgeMs` that `keeps` does not want, then the contents that no name
   * leads to, and what was left aside. Returns the number of names deleted.
   */
  sweep(keeps: (path: CheckpointPath) => boolean, minimumAgeMs: number): number {
    const before = Date.now() - minimumAgeMs;
    const old = this.names().filter((path) => isOlder(this.nameFile(path), before));
    const unwanted = old.filter((path) => !keeps(path));
    for (const path of unwanted) rmSync(this.nameFile(path));
    const named = new Set(this.names().map((path) => this.hashOf(path)));
    for (const hash of readdirSync(join(this.folder, 'checkpoints'))) {
      if (!named.has(hash) && isOlder(this.contentFile(hash), before))
        rmSync(this.contentFile(hash));
    }
    this.sweepFolders(before);
    return unwanted.length;
  }

  private sweepFolders(before: number): void {
    for (const file of readdirSync(join(this.folder, 'aside'))) {
      const path = join(this.folder, 'aside', file);
      if (isOlder(path, before)) rmSync(path);
    }
    for (const model of readdirSync(join(this.folder, 'names'))) {
      const folder = join(this.folder, 'names', model);
      if (filesBelow(folder).length === 0) rmSync(folder, { recursive: true });
    }
  }

  private names(): CheckpointPath[] {
    const root = join(this.folder, 'names');
    return filesBelow(root).flatMap((file) => parsePath(`tinker://${file}`) ?? []);
  }

  private contentFile(hash: string): string {
    return join(this.folder, 'checkpoints', hash);
  }

  private nameFile({ model, kind, name }: CheckpointPath): string {
    return join(this.folder, 'names', model, kind, name);
  }

  private publish(file: string, bytes: Uint8Array): void {
    const aside = join(this.folder, 'aside', randomUUID());
    writeSynced(aside, bytes);
    makeFolder(dirname(file));
    faultPoint(FaultPoint.CheckpointAside);
    renameSync(aside, file);
    syncFolder(dirname(file));
  }
}

/**
 * Deletes the checkpoints of a data folder that are older than `minimumAgeMs` and whose path is not in
 * `keep`. For a folder whose engine is not running; a running engine has the call `sweep_checkpoints`.
 */
export const sweepCheckpoints = (
  dataFolder: string,
  keep: ReadonlySet<string>,
  minimumAgeMs: number,
): number =>
  new CheckpointStore(dataFolder).sweep((path) => keep.has(formatPath(path)), minimumAgeMs);

function writeSynced(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'wx');
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a folder and syncs the parents of what it created. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { recursive: true });
  syncFolder(dirname(folder));
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const isOlder = (file: string, before: number): boolean => statSync(file).mtimeMs <= before;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(join(folder, entry.name)).map((file) => `${entry.name}/${file}`)
      : [entry.name],
  );
}
