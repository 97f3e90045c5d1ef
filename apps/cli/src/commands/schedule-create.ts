import {
  InputError,
  Overlap,
  parseInput,
  resolveRunConfig,
  resolveSeries,
  type RunInput,
  type Schedule,
  scheduledInput,
  scheduleSchema,
} from '@ace/config';
import { createTrainingSchedule } from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { parseOverrides } from '../input/overrides.ts';
import { configSources } from '../input/sources.ts';
import { withRuns } from '../run/session.ts';

interface CreateFlags {
  cron: string[];
  calendar: string[];
  timeZone?: string;
  overlap?: string;
  catchUp?: string;
  pauseOnFailure?: true;
  jitter?: string;
  note?: string;
  paused?: true;
  recipe?: string;
  set: string[];
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

/** `ace schedule create`: everything is checked before anything is made. */
export function createCommand(): Command {
  return new Command('create')
    .description('start a training run at certain times; each goes on from the one before')
    .argument('<schedule>', 'its name, which its runs and their series get too')
    .option('--cron <times>', 'e.g. "0 2 * * *": each night at 2; may be repeated', collect, [])
    .option('--calendar <json>', `e.g. ${calendarExample}; may be repeated`, collect, [])
    .option('--time-zone <zone>', 'of these times, e.g. Europe/Berlin; UTC unless told')
    .option(
      '--overlap <policy>',
      `while an earlier run is open: ${Object.values(Overlap).join(', ')}; skip unless told`,
    )
    .option(
      '--catch-up <duration>',
      'make up for firings missed no longer ago than this; "1 day" unless told',
    )
    .option('--pause-on-failure', 'pause when a run fails')
    .option('--jitter <duration>', 'fire later by a random time up to this')
    .option('--note <text>', 'for people')
    .option('--paused', 'fire only once it is resumed')
    .option('--recipe <recipe>', 'recipe in infra/recipes; quickstart unless told')
    .option('--set <path=value>', 'replace one field of the recipe; may be repeated', collect, [])
    .action(create);
}

const calendarExample = '{"hour": 2, "dayOfWeek": "MONDAY"}';

async function create(name: string, { recipe, set, ...flags }: CreateFlags): Promise<void> {
  const schedule = scheduleOf(name, flags);
  const input = await inputOf(name, { ...(recipe && { recipe }), ...parseOverrides(set) });
  await withRuns(printSteps(process.stderr), async ({ temporal }) => {
    const { info } = await createTrainingSchedule(temporal.schedule, schedule, input);
    const next = info.nextActionTimes[0]?.toISOString() ?? 'no time';
    console.log(`${name}: ${schedule.paused ? 'paused; it would fire' : 'fires'} next at ${next}`);
    console.log(
      'It fires while the servers run and trains while a worker does: `npm run ace -- up`.',
    );
  });
}

function scheduleOf(name: string, { calendar, ...flags }: Omit<CreateFlags, 'set'>): Schedule {
  const given = { name, calendar: calendar.map(calendarOf), ...flags };
  return parseInput(scheduleSchema, given, 'schedule');
}

function calendarOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `--calendar: expected JSON, for example ${calendarExample}, got "${text}"`;
    throw new InputError(message, { cause });
  }
}

/** Each run's input, found to be good as it stands today. */
async function inputOf(schedule: string, given: RunInput): Promise<RunInput> {
  const input = scheduledInput(schedule, given);
  resolveRunConfig(input, await configSources());
  resolveSeries(input);
  return input;
}
