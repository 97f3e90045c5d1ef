import { nearestNames } from './nearest.ts';
import type { RunConfig } from './run-config.ts';
import { cut, shown } from './shown.ts';

/** The greatest value of each limit that may change while a run goes on. Counts begin at 1, the rate lies above 0. */
export const greatestLimits = { iterations: 100_000, groups: 256, learningRate: 1 } as const;

/** What a person asks for: at least one of the first three. */
export interface LimitChange {
  /** States sampled per iteration. */
  groups?: number;
  /** Of the whole run. */
  iterations?: number;
  learningRate?: number;
  /** The first iteration of which it holds; the next that begins unless told. */
  fromIteration?: number;
}

/** A change as the record holds it. */
export interface AcceptedChange {
  /** 1, 2, 3 … in the order accepted: of two that say the same thing, the later one holds. */
  number: number;
  fromIteration: number;
  /** null where the change leaves it alone. */
  groups: number | null;
  iterations: number | null;
  learningRate: number | null;
}

/** What holds of a run's limits once a change is in its record. */
export interface HeldLimits {
  /** Of the change. */
  fromIteration: number;
  groups: number;
  iterations: number;
  learningRate: number;
}

/**
 * The config by which an iteration goes, or the run as a whole from its newest change on: `changes`, in the order
 * accepted, over what it was opened with.
 */
export const withLimits = (
  opened: RunConfig,
  changes: readonly AcceptedChange[],
  iteration = Infinity,
): RunConfig =>
  changes
    .filter(({ fromIteration }) => fromIteration <= iteration)
    .reduce(
      (held, { groups, iterations, learningRate }) => ({
        ...held,
        groups: groups ?? held.groups,
        iterations: iterations ?? held.iterations,
        update: { ...held.update, learningRate: learningRate ?? held.update.learningRate },
      }),
      opened,
    );

/** How far a run has come, to say which changes it can take. */
export interface LimitsNow {
  /** The newest iteration that was begun: what it goes by stays. */
  begun: number;
  /** Of the whole run, as it is now. */
  iterations: number;
}

/**
 * Why a change cannot be, one line per problem; none when it can. What it asks for holds from an iteration that the
 * run will have both by its old and its new number of iterations, so that every iteration has its place in one.
 */
export function limitProblems(given: unknown, now: LimitsNow): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [
      `expected one JSON object, such as {"groups": 4, "fromIteration": 9}, got ${shown(given)}`,
    ];
  }
  const malformed = Object.entries(given).flatMap(([field, value]) => fieldProblems(field, value));
  if (malformed.length > 0) return malformed;
  const { iterations, fromIteration, ...others } = given as LimitChange;
  if (iterations === undefined && Object.keys(others).length === 0) {
    return [`expected at least one of ${limits.join(', ')}, got ${shown(given)}`];
  }
  if (now.begun >= now.iterations) {
    return [`every iteration was begun already (${now.iterations}): no change would hold of any`];
  }
  return [...tooFew(iterations, now), ...outOfRange(fromIteration, iterations, now)];
}

const limits = Object.keys(greatestLimits);
const fields = [...limits, 'fromIteration'];

function fieldProblems(field: string, value: unknown): string[] {
  if (!fields.includes(field)) return [`${cut(field)}: unknown field, ${suggestion(field)}`];
  const { accepts, expected } = field === 'learningRate' ? rate : count(field);
  return accepts(value) ? [] : [`${field}: expected ${expected}, got ${shown(value)}`];
}

function suggestion(field: string): string {
  const near = nearestNames(field, fields);
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}?` : null;
  return meant ?? `expected one of ${fields.join(', ')}`;
}

const rate = {
  accepts: (value: unknown): boolean =>
    typeof value === 'number' && value > 0 && value <= greatestLimits.learningRate,
  expected: `a number above 0 and up to ${greatestLimits.learningRate}`,
};

function count(field: string) {
  const greatest = field === 'groups' ? greatestLimits.groups : greatestLimits.iterations;
  const accepts = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= greatest;
  return { accepts, expected: `a whole number from 1 to ${greatest}` };
}

function tooFew(iterations: number | undefined, { begun }: LimitsNow): string[] {
  if (iterations === undefined || iterations > begun) return [];
  return [
    `iterations: expected more than ${begun}, the newest iteration that was begun ` +
      `("stopAfterIteration" ends the run there), got ${iterations}`,
  ];
}

function outOfRange(
  from: number | undefined,
  iterations: number | undefined,
  now: LimitsNow,
): string[] {
  const last = Math.min(now.iterations, iterations ?? now.iterations);
  if (from === undefined || last <= now.begun || (from > now.begun && from <= last)) return [];
  const first = now.begun + 1;
  const range = first === last ? `${first}` : `${first} to ${last}`;
  return [`fromIteration: expected ${range}, not begun yet, got ${from}`];
}
