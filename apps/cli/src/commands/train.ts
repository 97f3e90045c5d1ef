import { checkRunName, resolveRunConfig } from '@ace/config';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { ExitCode } from '../errors.ts';
import { parseOverrides } from '../input/overrides.ts';
import { refuseUnreachableEngine } from '../input/reachable-engine.ts';
import { configSources } from '../input/sources.ts';
import { interruption } from '../run/interruption.ts';
import type { OpenRequest } from '../run/open-run.ts';
import { train } from '../run/train.ts';

interface TrainFlags {
  name?: string;
  set: string[];
  dryRun?: true;
  detach?: true;
  json?: true;
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

/**
 * `ace train`: the input is checked before anything is started. Ends with 0 when the run finished, with 1
 * when it failed (without a terminal also when it is blocked), with 130 when it was interrupted.
 */
export function trainCommand(): Command {
  return new Command('train')
    .description('train in the foreground with a live view, and end with a report')
    .argument('[recipe]', 'recipe in infra/recipes')
    .option('--name <name>', 'name of the run: a new one, or one to go on with')
    .option('--set <path=value>', 'replace one field of the recipe; may be repeated', collect, [])
    .option('--dry-run', 'print the complete config and start nothing')
    .option('--detach', 'leave the run to the background')
    .option('--json', 'print the report as JSON')
    .action((recipe: string | undefined, { name, set, ...flags }: TrainFlags) =>
      run({ recipe, name, overrides: parseOverrides(set), takeUp: false }, flags),
    );
}

/** `ace start`, which is `npm start`: the newest unfinished run of the recipe `quickstart`, else the next. */
export function startCommand(): Command {
  return new Command('start')
    .description('what `npm start` does: go on with the last unfinished quickstart, or begin one')
    .option('--json', 'print the report as JSON')
    .action((flags: Pick<TrainFlags, 'json'>) =>
      run({ recipe: 'quickstart', name: undefined, overrides: {}, takeUp: true }, flags),
    );
}

async function run(request: OpenRequest, flags: Omit<TrainFlags, 'name' | 'set'>): Promise<void> {
  const { recipe, overrides, name } = request;
  const { json = false, detach = false } = flags;
  const sources = await configSources();
  const config = resolveRunConfig({ ...(recipe && { recipe }), ...overrides }, sources);
  if (name !== undefined) checkRunName(name, '--name');
  if (flags.dryRun) {
    console.log(JSON.stringify(config, null, 2));
    return;
  }
  await refuseUnreachableEngine(config);
  const signal = interruption();
  const [results, progress] = [process.stdout, json ? process.stderr : process.stdout];
  const onStep = printSteps(process.stderr);
  try {
    process.exitCode = await train({
      ...{ request, sources, detach, json, results, progress, onStep, signal },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = ExitCode.Interrupted;
  }
}
