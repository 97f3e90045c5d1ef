import { acceptChange, LimitsRefusedError, UnknownRunError } from '@ace/buffer';
import { type HeldLimits, parseInput, type RunConfig, runConfigSchema } from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import type { ActivityDeps } from './deps.ts';
import { asInvalidInput, businessFailure } from './failures.ts';
import type { ChangeLimitsInput } from './types.ts';

/** Changing the limits of a run while it goes on. */
export function limitActivities({ db }: ActivityDeps) {
  return {
    /** Stores a change, or finds it stored, and answers what holds then. */
    async changeLimits(asked: ChangeLimitsInput): Promise<HeldLimits> {
      const held = await acceptChange(db, asked, checkConfig).catch(refuse);
      faultPoint(FaultPoint.LimitsChanged);
      return held;
    },
  };
}

/** The fields must go together still. */
const checkConfig = (config: RunConfig): void =>
  void parseInput(runConfigSchema, config, 'changeLimits');

function refuse(error: unknown): never {
  if (error instanceof LimitsRefusedError || error instanceof UnknownRunError) {
    throw businessFailure('InvalidInput', `changeLimits: ${error.message}`);
  }
  throw asInvalidInput(error);
}
