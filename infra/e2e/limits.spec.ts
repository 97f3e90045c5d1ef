import { loadCatalogue, loadPrepared } from '@ace/competitions';
import type { Competition, Limits } from '@ace/config';
import { pipelineGrammar as grammar } from '@ace/policy/grammar';
import { createBubblewrapSandbox, type Sandbox, type SandboxResult } from '@ace/sandbox';
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Home, openHome } from '../src/home.ts';
import { provision } from '../src/provision.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../src/testing/index.ts';

/**
 * Verdicts are the same whatever else the machine does only if every program stays far from each limit, on
 * one side or the other. Measured with every core busy.
 */
const factor = 3;

/** The choices that cost most; what suits the competition is added, so that the program runs to its end. */
const costly = {
  ...{ impute: 'median', encode: 'target-mean', validate: 'two-splits', write: 'csv-module' },
  ...{ clip: 'clip-5-percent', scale: 'quantile', derive: 'squares', select: 'best-90-percent' },
  ...{ size: 'size-30', depth: 'depth-12', rate: 'rate-0.03' },
};
const families = ['linear', 'neighbours', 'forest', 'boosting', 'lightgbm'];

let home: Home;
let publicFolderOf: (id: string) => string;
let sandbox: Sandbox & { endPreloaded(): Promise<void> };
let burners: ChildProcess[];
let executed = 0;

beforeAll(async () => {
  const shared = await openHome();
  const { solutionPython, competitions } = await provision(shared);
  publicFolderOf = (id) => loadPrepared(competitions, id).publicFolder;
  home = await makeTemporaryHome(shared);
  sandbox = createBubblewrapSandbox({ root: join(home.root, 'sandboxes'), python: solutionPython });
  burners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
}, 120_000);

afterAll(async () => {
  for (const burner of burners ?? []) burner.kill('SIGKILL');
  await sandbox?.sweep(() => Promise.resolve(false));
  await sandbox?.endPreloaded();
  if (home) await removeTemporaryHome(home);
}, 60_000);

function programOf(competition: Competition, options: Record<string, string>): string {
  const chosen: Record<string, string> = { ...costly, estimator: estimatorOf(competition) };
  const tokens = grammar.decisions.map(({ name, tokens }) => {
    const wanted = `${name}=${options[name] ?? chosen[name]}`;
    const token = tokens.find((id) => grammar.words[id] === wanted);
    if (token === undefined) throw new Error(`the grammar has no ${wanted}`);
    return token;
  });
  return grammar.render(tokens, competition);
}

function estimatorOf({ task, metric }: Competition): string {
  if (task === 'regression') return 'regressor-on-log-values';
  const isProbability = ['auc', 'log_loss'].includes(metric);
  return isProbability ? 'balanced-classifier-probabilities' : 'balanced-classifier-labels';
}

/** What a first draft gets wrong: the program fails, and must not come near a limit on its way. */
const unsuitableFor = ({ task }: Competition): string =>
  task === 'regression' ? 'balanced-classifier-labels' : 'regressor-values';

async function execute(
  competition: Competition,
  options: Record<string, string>,
  limits: Limits,
): Promise<SandboxResult> {
  const name = { run: 'limits', attempt: String((executed += 1)), execution: 1 };
  const code = programOf(competition, options);
  await sandbox.start(name, { code, publicData: publicFolderOf(competition.id), limits });
  await sandbox.wait(name);
  return sandbox.collect(name);
}

const measured = new Set<Competition>();

/**
 * At once, beside the busy processes. A competition that is measured again has other things on the machine beside
 * it: then they rest, and the programs come one after the other.
 */
async function executeAll(competition: Competition): Promise<SandboxResult[]> {
  const run = (family: string) => execute(competition, { family }, competition.limits);
  if (!measured.has(competition)) {
    measured.add(competition);
    return Promise.all(families.map(run));
  }
  for (const burner of burners) burner.kill('SIGSTOP');
  const results: SandboxResult[] = [];
  for (const family of families) results.push(await run(family));
  for (const burner of burners) burner.kill('SIGCONT');
  return results;
}

it.each(loadCatalogue().map((competition) => [competition.id, competition] as const))(
  'the costliest programs for %s use less than a third of each limit',
  // Whatever else this machine does at that moment costs a program CPU time too, and never saves it any.
  { timeout: 120_000, retry: 5 },
  async (_, competition) => {
    const { limits } = competition;
    const results = await executeAll(competition);
    const estimator = unsuitableFor(competition);
    const failed = await execute(competition, { estimator, family: 'forest' }, limits);
    expect(failed.verdict).toBe('crashed');
    const use = [...results, failed].map((result) => ({
      cpu: result.cpuSeconds / limits.cpuSeconds,
      wall: result.wallSeconds / limits.wallSeconds,
      memory: result.peakMemoryBytes / limits.memoryBytes,
    }));
    const most = (part: 'cpu' | 'wall' | 'memory'): number =>
      Math.max(...use.map((shares) => shares[part]));
    expect(results.map(({ verdict, detail }) => `${verdict} ${detail}`)).toEqual(
      results.map(({ detail }) => `ok ${detail}`),
    );
    expect(most('cpu'), 'share of the CPU limit').toBeLessThan(1 / factor);
    expect(most('memory'), 'share of the memory limit').toBeLessThan(1 / factor);
    expect(most('wall'), 'share of the wall limit').toBeLessThan(1);
  },
);

it('a program that is too slow uses more than three times the limit', async () => {
  const [competition] = loadCatalogue();
  if (!competition) throw new Error('the catalogue is empty');
  const cpuSeconds = factor * competition.limits.cpuSeconds;
  const limits = { ...competition.limits, cpuSeconds };
  const result = await execute(competition, { validate: 'endless', family: 'linear' }, limits);
  expect(result).toMatchObject({ verdict: 'time limit' });
  expect(result.cpuSeconds).toBeGreaterThanOrEqual(cpuSeconds);
}, 180_000);
