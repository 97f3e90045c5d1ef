// @ts-check
/**
 * A program of this project as one JavaScript file, made once for each state of its sources: it starts two
 * seconds sooner than from the sources. Needs the npm packages.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Beside a program's own sources: where its packages are, and how it is made. */
const always = ['../../package-lock.json', './program.mjs'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const keptMs = 86_400_000;

/**
 * The file that Node runs, with `--enable-source-maps`. Two who make it at once are harmless.
 * @param {string} main the program's TypeScript: `<program>/src/main.ts`
 * @param {string} cache
 * @returns {Promise<string>}
 */
export async function builtProgram(main, cache) {
  const folder = join(cache, 'programs');
  const name = `${basename(dirname(dirname(main)))}-${hashOf([main])}`;
  const list = join(folder, `${name}.json`);
  const sources = await readFile(list, 'utf8').then(JSON.parse, () => null);
  const known = sources && (await pathOf(folder, name, sources));
  if (known && (await stat(known).catch(() => null))) return known;

  await mkdir(folder, { recursive: true });
  const made = await make(main);
  const path = await pathOf(folder, name, made.sources);
  if (path === null) throw new Error(`${main}: a source of it went away while it was made`);
  await write(`${path}.map`, made.map);
  await write(path, `${made.code}\n//# sourceMappingURL=${basename(path)}.map\n`);
  await write(list, JSON.stringify(made.sources));
  await removeOld(folder, name, path);
  return path;
}

/**
 * @param {string} folder @param {string} name @param {string[]} sources
 * @returns {Promise<string | null>} null when a source is not there any more
 */
async function pathOf(folder, name, sources) {
  const texts = await Promise.all(sources.map((path) => readFile(path, 'utf8'))).catch(() => null);
  return texts && join(folder, `${name}-${hashOf(texts)}.mjs`);
}

/** @param {string[]} texts */
const hashOf = (texts) => createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);

/** @param {string} main */
async function make(main) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    ...{ entryPoints: [main], bundle: true, platform: 'node', format: 'esm', target: 'node20' },
    conditions: [], // as Node chooses, not as bundlers do
    ...{ write: false, outfile: 'program.mjs', sourcemap: 'external', metafile: true },
    ...{ absWorkingDir: '/', logLevel: 'silent', plugins: [ownSourcesOnly, whereTheyAre] },
  });
  const [map = '', code = ''] = outputFiles.map(({ text }) => text);
  const own = Object.keys(metafile.inputs).map((path) => join('/', path));
  return { code, map, sources: [...always, ...own.sort()] };
}

/**
 * Packages stay where they are, under their full address: the program's file lies elsewhere.
 * @type {import('esbuild').Plugin}
 */
const ownSourcesOnly = {
  name: 'own-sources-only',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === asked || path.startsWith('node:')) return undefined;
      const found = await build.resolve(path, { ...from, pluginData: asked });
      if (!found.path.includes('/node_modules/')) return found;
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};
const asked = {};

/**
 * Sources find their data beside themselves.
 * @type {import('esbuild').Plugin}
 */
const whereTheyAre = {
  name: 'where-they-are',
  setup(build) {
    build.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll(/\bimport\.meta\.url\b/g, url), loader: 'default' };
    });
  },
};

/** @param {string} path @param {string} text */
async function write(path, text) {
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}

/**
 * Not what another process may be about to start.
 * @param {string} folder @param {string} name @param {string} newest
 */
async function removeOld(folder, name, newest) {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}-`));
  for (const path of files.map((file) => join(folder, file))) {
    if (path.startsWith(newest)) continue;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > keptMs) await rm(path, { force: true });
  }
}
