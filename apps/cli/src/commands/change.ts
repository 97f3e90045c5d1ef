import type { HeldLimits, LimitChange } from '@ace/config';
import { printSteps } from '@ace/infra/progress';
import { Command, InvalidArgumentError } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withTraining } from '../run/session.ts';
import { changeLimits } from '../run/workflow.ts';
import { plural } from '../view/text.ts';

interface ChangeFlags {
  groups?: number;
  iterations?: number;
  learningRate?: number;
  from?: number;
}

/** `ace change`: other limits from an iteration on that has not begun. What can be is the run's to say. */
export function changeCommand(): Command {
  return new Command('change')
    .description('change the limits of a run while it goes on')
    .argument('<run>', 'name of the run')
    .option('--groups <n>', 'states sampled per iteration', number)
    .option('--iterations <n>', 'iterations of the whole run', number)
    .option('--learning-rate <x>', 'learning rate', number)
    .option('--from <k>', 'first iteration of which it holds; the next unless told', number)
    .action(change);
}

async function change(name: string, { from, ...limits }: ChangeFlags): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ db, temporal }) => {
    const { run } = await findRun(db, name);
    const asked: LimitChange = { ...limits, ...(from !== undefined && { fromIteration: from }) };
    console.log(`${run}: ${heldText(await changeLimits(temporal, run, asked))}`);
  });
}

const heldText = ({ fromIteration, groups, iterations, learningRate }: HeldLimits): string =>
  `from iteration ${fromIteration} on of ${iterations}: ${plural(groups, 'group')}, learning rate ${learningRate}`;

function number(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number.');
}
