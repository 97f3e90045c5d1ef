import { loadCatalogue, loadPrepared } from '@ace/competitions';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadRecipes } from '../../src/recipes.ts';
import type { OnStep } from '../../src/steps.ts';
import { conduct, refuseKnownRuns } from './conduct.ts';
import { gatherCurve } from './gather.ts';
import type { Options } from './options.ts';
import { drawPicture } from './picture/picture.ts';
import { type PlannedRun, planRuns, type PlanSources, programsOf } from './plan.ts';
import { endingTeller } from './progress.ts';
import type { Results } from './results-contract.ts';
import { resultsOf } from './results.ts';
import { sourceFingerprint } from './source-fingerprint.ts';
import { type BenchSystem, withSystem } from './system.ts';
import { renderTable } from './table.ts';

/** Says one line, or several, to the person who waits. */
export type Say = (text: string) => void;

/** The whole benchmark: servers, runs, results.json and results.svg, the table. */
export function benchmark(options: Options, onStep: OnStep, say: Say): Promise<void> {
  return withSystem(options.home, onStep, async (system) => {
    const sources = await sourceFingerprint();
    const runs = planRuns(options, await planSourcesOf(system, sources));
    if (!options.resume) await refuseKnownRuns(system, runs);
    await conductAll(system, runs, options.parallel, say);
    const results = await resultsOf(system, { options, runs, sources });
    const folder = options.out ?? system.home.root;
    await write(folder, results);
    say(`\n${renderTable(results)}\n\n${join(folder, 'results.json')}, results.svg`);
  });
}

async function planSourcesOf({ provisioned }: BenchSystem, sources: string): Promise<PlanSources> {
  const catalogue = loadCatalogue();
  const idsOf = (split: string): string[] =>
    catalogue.filter((competition) => competition.split === split).map(({ id }) => id);
  const fingerprints = catalogue.map(({ id }): [string, string] => [
    id,
    loadPrepared(provisioned.competitions, id).fingerprint,
  ]);
  return {
    config: {
      recipes: await loadRecipes(),
      competitions: { train: idsOf('train'), heldOut: idsOf('held-out') },
    },
    fingerprints: Object.fromEntries(fingerprints),
    sources,
  };
}

async function conductAll(
  system: BenchSystem,
  runs: readonly PlannedRun[],
  parallel: number,
  say: Say,
): Promise<void> {
  const programs = programsOf(runs[0]!.config);
  say(`\n${runs.length} runs of ${programs} programs each, ${parallel} at once\n`);
  const tell = endingTeller(runs.length, say);
  const onEnd = async (run: PlannedRun): Promise<void> => tell(await gatherCurve(system.db, run));
  const ended = new AbortController();
  try {
    const work = conduct(system, runs, { parallel, onEnd });
    await Promise.race([work, keepUp(system, ended.signal)]);
  } finally {
    ended.abort();
  }
}

const mendEveryMs = 10_000;

/** Starts servers again that died. Ends only by throwing: when one cannot be started, or after the signal. */
async function keepUp(system: BenchSystem, signal: AbortSignal): Promise<never> {
  for (;;) {
    await pause(mendEveryMs, undefined, { signal });
    await system.mend();
  }
}

async function write(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(folder, 'results.svg'), drawPicture(results));
}
