import { checkRunName, InputError, ReplayMode } from '@ace/config';
import { printSteps } from '@ace/infra/progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ExitCode } from '../errors.ts';
import { parseOverrides } from '../input/overrides.ts';
import { configSources } from '../input/sources.ts';
import { conditionOf } from '../run/condition.ts';
import { findRun } from '../run/find-run.ts';
import { interruptible } from '../run/interruption.ts';
import { withTraining } from '../run/session.ts';
import { train } from '../run/train.ts';
import { retryGroup, verifyAgain } from '../run/workflow.ts';
import { renderRetriedGroup } from '../view/render-retried-group.ts';
import { renderVerification } from '../view/render-verification.ts';
import { paintFor } from '../view/text.ts';
import { retry } from './retry.ts';

interface ReplayFlags {
  iteration: number;
  mode: ReplayMode;
  group?: number;
  name?: string;
  set: string[];
  detach?: true;
  json?: true;
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

const modes =
  'retry: go on with what failed; verify: do it again beside the original, and compare; ' +
  'fork: a new run shares all up to it';

/** `ace replay`: one iteration again. The workflow `replayIteration` does the same from the Temporal UI. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('one iteration again: retry what failed, verify it, or fork a new run there')
    .argument('<run>', 'name of the run')
    .requiredOption('--iteration <k>', 'which iteration', wholeNumber)
    .addOption(
      new Option('--mode <mode>', modes).choices(Object.values(ReplayMode)).makeOptionMandatory(),
    )
    .option('--group <slot>', 'retry, verify: one group of it alone, from 0', wholeNumber)
    .option('--name <name>', 'fork: name of the new run')
    .option('--set <path=value>', 'fork: replace one field; may be repeated', collect, [])
    .option('--detach', 'fork: leave the new run to the background')
    .option('--json', 'verify, fork, one group: print the result as JSON')
    .action(replay);
}

async function replay(run: string, flags: ReplayFlags): Promise<void> {
  const { mode, iteration, group } = flags;
  if (mode === ReplayMode.Fork) return fork(run, flags);
  refuseForkFlags(flags);
  if (mode === ReplayMode.Verify) return verify(run, flags);
  await (group === undefined ? retry(run, iteration) : retryOne(run, { ...flags, group }));
}

function refuseForkFlags({ mode, name, set, detach }: ReplayFlags): void {
  const given = Object.entries({ name, set: set[0], detach }).find(([, value]) => value);
  if (given) throw new InputError(`--${given[0]}: expected none with --mode ${mode}`);
}

/** Ends with 1 when something differs. */
async function verify(name: string, { iteration, group, json }: ReplayFlags): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ db, temporal }) => {
    const { run } = await findRun(db, name);
    const verification = await verifyAgain(temporal, { run, iteration, group });
    const paint = paintFor(process.stdout, process.env);
    const lines = json
      ? [JSON.stringify(verification, null, 2)]
      : renderVerification(verification, paint);
    console.log(lines.join('\n'));
    if (verification.differences > 0) process.exitCode = ExitCode.Failed;
  });
}

/** Says what its open attempts became, and how a run that waits for a person goes on. */
async function retryOne(
  name: string,
  { iteration, group, json }: ReplayFlags & { group: number },
): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ db, temporal }) => {
    const record = await findRun(db, name);
    const { run } = record;
    const retried = await retryGroup(temporal, { run, iteration, group });
    const { failure } = await conditionOf(temporal, run, record);
    const lines = json
      ? [JSON.stringify(retried, null, 2)]
      : renderRetriedGroup(`${run}: iteration ${iteration}`, retried, failure?.command ?? null);
    console.log(lines.join('\n'));
  });
}

async function fork(
  parent: string,
  { iteration, group, name, set, ...flags }: ReplayFlags,
): Promise<void> {
  if (group !== undefined) {
    throw new InputError('--group: expected none with --mode fork: a fork shares whole iterations');
  }
  if (name !== undefined) checkRunName(name, '--name');
  const overrides = { ...parseOverrides(set), forkOf: { run: parent, iteration } };
  const request = { recipe: undefined, overrides, name, takeUp: false };
  const { detach = false, json = false } = flags;
  const sources = await configSources();
  const [results, progress] = [process.stdout, json ? process.stderr : process.stdout];
  const onStep = printSteps(process.stderr);
  await interruptible((signal) =>
    train({ request, sources, detach, json, results, progress, onStep, signal }),
  );
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}
