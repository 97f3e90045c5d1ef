import { z } from 'zod';

const months = [
  ...(['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST'] as const),
  ...(['SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'] as const),
] as const;
const days = [
  ...(['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const),
] as const;

/** A value, a range, a list of both, or `"*"` for all. */
function field<Value extends z.ZodType<string | number>>(value: Value, values: string) {
  const step = z.number().int().min(1).default(1);
  const range = z.object({ start: value, end: value, step }).strict();
  const one = z.union([value, range]);
  const expected = `expected "*", ${values}, {"start": …, "end": …}, or a list of these`;
  return z.union([z.literal('*'), one, z.array(one).min(1)], expected).optional();
}

const number = (minimum: number, maximum: number) =>
  field(z.number().int().min(minimum).max(maximum), `a number from ${minimum} to ${maximum}`);

/** In any case: `monday`. */
const name = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  field(z.string().toUpperCase().pipe(z.enum(names)), `one of ${names.join(', ')}`);

/** Times by the calendar, as Temporal has them; without `second`, `minute` or `hour` these are 0. */
export const calendarSchema = z
  .object({
    second: number(0, 59),
    minute: number(0, 59),
    hour: number(0, 23),
    dayOfMonth: number(1, 31),
    month: name(months),
    year: number(2000, 2100),
    dayOfWeek: name(days),
    comment: z.string().max(200).optional(),
  })
  .strict();
