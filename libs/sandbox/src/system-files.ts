import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PythonEnvironment } from './python-environment.ts';
import { foreignPackages, realPathIfOther, sitePackages } from './python-environment.ts';

/**
 * What a sandbox shows of this machine, read-only and in this order: a file or folder under a path inside, a
 * symbolic link, or an empty folder in place of one that an earlier entry shows.
 */
export type SystemFile =
  | { kind: 'mount'; source: string; target: string }
  | { kind: 'symlink'; path: string; to: string }
  | { kind: 'hidden'; path: string };

/** Data that scikit-learn ships: competitions are made from some of it, answers included. */
const shippedData = ['data', 'images', 'tests'].map((name) => join('sklearn', 'datasets', name));

const mount = (source: string, target = source): SystemFile => ({ kind: 'mount', source, target });
const hidden = (path: string): SystemFile => ({ kind: 'hidden', path });
const isFolder = (path: string): boolean => existsSync(path) && lstatSync(path).isDirectory();

/** The C library and its like, and nothing else of the system: no programs, no packages' data. */
export function systemLibraries(multiarch: string | null): SystemFile[] {
  const cache = '/etc/ld.so.cache';
  return [
    ...libraryFolders(multiarch),
    ...['/lib', '/lib64', '/usr/lib64'].flatMap((path) => shortcut(path, multiarch)),
    ...(existsSync(cache) ? [mount(cache)] : []),
  ];
}

function libraryFolders(multiarch: string | null): SystemFile[] {
  const own = multiarch === null ? null : join('/usr/lib', multiarch);
  const folders =
    own !== null && isFolder(own) ? [own] : isFolder('/usr/lib64') ? [] : ['/usr/lib'];
  // Some architectures keep the loader beside the folder.
  const loaders =
    own === null ? [] : readdirSync('/usr/lib').filter((name) => name.startsWith('ld-linux'));
  return [
    ...[...folders, '/usr/lib64'].filter(isFolder).map((path) => mount(path)),
    ...loaders.map((name) => join('/usr/lib', name)).map((path) => mount(realpathSync(path), path)),
  ];
}

function shortcut(path: string, multiarch: string | null): SystemFile[] {
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return [{ kind: 'symlink', path, to: readlinkSync(path) }];
  if (path === '/usr/lib64') return [];
  const library = multiarch === null ? path : join(path, multiarch);
  return [mount(existsSync(library) ? library : path)];
}

/** The environment at the path `target`; the base installation at its own, which is compiled into it. */
export function pythonFiles(environment: PythonEnvironment, target: string): SystemFile[] {
  const packages = sitePackages(environment);
  return [
    ...baseLibraries(environment),
    ...environment.executables.map((path) => mount(realpathSync(path), path)),
    ...environment.sharedLibraries.map((path) => mount(realpathSync(path), path)),
    mount(environment.prefix, target),
    ...shippedData
      .filter((name) => existsSync(join(packages, name)))
      .map((name) => hidden(join(target, 'lib', environment.library, 'site-packages', name))),
  ];
}

/** Below /usr the standard library alone; an installation of its own brings libraries beside it. */
function baseLibraries(environment: PythonEnvironment): SystemFile[] {
  const isSystem = environment.basePrefix === '/usr' || environment.basePrefix === '/usr/local';
  const library = join(environment.basePrefix, 'lib', ...(isSystem ? [environment.library] : []));
  const covered = [library, ...realPathIfOther(library)];
  const masks = foreignPackages(environment)
    .map((path) => realpathSync(path))
    .filter((path) => path.startsWith(`${realpathSync(library)}/`));
  return covered.flatMap((target) => [
    mount(realpathSync(library), target),
    ...masks.map((path) => hidden(target + path.slice(realpathSync(library).length))),
  ]);
}
