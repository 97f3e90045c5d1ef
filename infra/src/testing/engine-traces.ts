import { access, lstat, rm, rmdir } from 'node:fs/promises';

/** What dockerd and containerd make outside of the folders that they are given; empty folders but for the first. */
const outside = [
  '/etc/docker/key.json',
  '/etc/docker',
  '/run/docker/plugins',
  '/run/docker',
  '/run/containerd/s',
  '/run/containerd',
] as const;

/** Those that are not on this machine now. */
export async function tracesNotThere(): Promise<string[]> {
  const there = await Promise.all(outside.map(exists));
  return outside.filter((_, index) => !there[index]);
}

/** Removes such paths again; a folder only while it is empty, since others may have come to use it. */
export async function removeTraces(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isFolder = await lstat(path).then(
      (found) => found.isDirectory(),
      () => null,
    );
    if (isFolder === null) continue;
    await (isFolder ? rmdir(path).catch(ifInUse) : rm(path));
  }
}

function ifInUse(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EBUSY' && error.code !== 'ENOENT') throw error;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
