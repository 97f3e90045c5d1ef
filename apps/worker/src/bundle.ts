import { sha256 } from '@ace/buffer/artifacts';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = ['workflows/src', 'libs/config/src'];

/** The bundle of all workflow code: made once for each state of its sources, then taken from the cache. */
export async function workflowBundle(cache: string): Promise<{ code: string }> {
  const path = join(cache, `workflows-${await fingerprint()}.js`);
  const cached = await readFile(path, 'utf8').catch(() => null);
  if (cached !== null) return { code: cached };
  const { code } = await makeBundle();
  await mkdir(cache, { recursive: true });
  await writeFile(`${path}.${process.pid}`, code);
  await rename(`${path}.${process.pid}`, path);
  return { code };
}

const makeBundle = (): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({ workflowsPath: join(root, 'workflows/src/index.ts') });

async function fingerprint(): Promise<string> {
  const require = createRequire(import.meta.url);
  const sdk = await readFile(require.resolve('@temporalio/worker/package.json'), 'utf8');
  const files = await Promise.all(sources.map((folder) => textOf(join(root, folder))));
  return sha256([sdk, ...files].join('\0')).slice(0, 16);
}

async function textOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return names.map((name, index) => `${name}\0${texts[index]}`).join('\0');
}
