import { z } from 'zod';
import { calendarSchema } from './calendar.ts';
import { InputError } from './input.ts';
import type { RunInput } from './resolve.ts';

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const durationPattern = /^(\d{1,6}) ?(?:(s|seconds?)|(m|min|minutes?)|(h|hours?)|(d|days?))$/;

/** `90 s`, `10 minutes`, `1 day`: in milliseconds. */
const duration = (minimumSeconds: number) =>
  z
    .string()
    .regex(durationPattern, 'expected a duration such as "90 s", "10 minutes" or "1 day"')
    .transform(millisecondsOf)
    .refine((ms) => ms >= 1000 * minimumSeconds, `expected at least ${minimumSeconds} s`);

function millisecondsOf(text: string): number {
  const [, count, ...units] = durationPattern.exec(text) ?? [];
  const unit = (['s', 'm', 'h', 'd'] as const)[units.findIndex((given) => given !== undefined)];
  return 1000 * Number(count) * unitSeconds[unit ?? 's'];
}

/** Five to seven fields or a shorthand; what stands in them is the server's to judge, before anything is made. */
const cron = z
  .string()
  .regex(
    /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every \S+|[\w*/,-]+( +[\w*/,-]+){4,6})$/,
    'expected minute, hour, day of the month, month and day of the week, such as "0 2 * * *"',
  );

const timeZone = z
  .string()
  .refine(isTimeZone, 'expected the name of a time zone, such as "Europe/Berlin" or "UTC"');

/** Offsets such as `+01:00` are known here, but not to the server. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** What happens to a firing while an earlier run of the schedule goes on. */
export const Overlap = {
  Skip: 'skip',
  BufferOne: 'buffer-one',
  BufferAll: 'buffer-all',
  CancelOther: 'cancel-other',
  TerminateOther: 'terminate-other',
  AllowAll: 'allow-all',
} as const;
export type Overlap = (typeof Overlap)[keyof typeof Overlap];

/** When a schedule starts runs, and how. */
export const scheduleSchema = z
  .object({
    /** Also the beginning of its runs' names. */
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
        'expected 1 to 80 letters, digits, ".", "_" or "-", a letter or digit first',
      ),
    cron: z.array(cron),
    calendar: z.array(calendarSchema),
    timeZone: timeZone.default('UTC'),
    overlap: z.enum(Object.values(Overlap)).default('skip'),
    /** Firings that were missed because the server was down are made up for when they are not older. */
    catchUp: duration(10).default(86_400_000),
    pauseOnFailure: z.boolean().default(false),
    /** Each firing comes later by a random time up to this. */
    jitter: duration(0).optional(),
    note: z.string().max(1000).optional(),
    paused: z.boolean().default(false),
  })
  .strict()
  .refine(({ cron, calendar }) => cron.length + calendar.length > 0, {
    path: ['cron'],
    message: 'expected a cron expression or a calendar',
  });
export type Schedule = z.infer<typeof scheduleSchema>;

/**
 * The input of a schedule's runs, with what holds where it does not say otherwise: they are a series of the
 * schedule's name, and an iteration that fails ends its run.
 * @throws {@link InputError} for a run that would block.
 */
export function scheduledInput(schedule: string, input: RunInput): RunInput {
  // Anything may come from the UI; what is no object is refused where the config is made of it.
  if (typeof (input ?? {}) !== 'object' || Array.isArray(input)) return input;
  const complete = { series: schedule, onIterationFailure: 'fail', ...input };
  if (complete.onIterationFailure !== 'block') return complete;
  throw new InputError(
    'run input: onIterationFailure: expected "fail" in a scheduled run, got "block": a run that blocks stays ' +
      'open, and every later firing would be skipped unseen',
  );
}
