import { z } from 'zod';
import { parseInput } from './input.ts';

/** Which weights a run of a series begins with. */
export const StartFrom = {
  /** The newest version of the series' newest run that has one; fresh weights in the first run. */
  Newest: 'newest',
  /** Fresh weights, which later runs of the series go on from. */
  Scratch: 'scratch',
} as const;
export type StartFrom = (typeof StartFrom)[keyof typeof StartFrom];

/** Runs that go on from each other. */
export interface Series {
  name: string;
  startFrom: StartFrom;
}

const seriesSchema = z
  .object({
    series: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'expected letters, digits, ".", "_" or "-"')
      .nullable()
      .default(null),
    startFrom: z.enum(['newest', 'scratch']).optional(),
  })
  .strict()
  .refine(({ series, startFrom }) => series !== null || startFrom !== StartFrom.Newest, {
    path: ['startFrom'],
    message: 'expected the field series beside it: it is the newest of its series',
  });

/**
 * The series that a run's input names by `series` and `startFrom`; null for none. They belong to the input and
 * not to the config: a name enters no digest.
 * @throws {@link InputError}
 */
export function resolveSeries(input: unknown): Series | null {
  const { series, startFrom } = (input ?? {}) as Record<string, unknown>;
  const given = parseInput(seriesSchema, { series, startFrom }, 'run input');
  if (given.series === null) return null;
  return { name: given.series, startFrom: given.startFrom ?? StartFrom.Newest };
}

/** The input without what only {@link resolveSeries} reads. */
export function withoutSeries(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const rest = { ...input };
  delete rest['series'];
  delete rest['startFrom'];
  return rest;
}
