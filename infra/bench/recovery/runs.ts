import { readRun } from '@ace/buffer';
import type { System } from '../../e2e/system.ts';

/** Runs of one config, one after the other, so that there is always one to disturb. */
export interface Runs {
  /** The name of the one that runs, or ran last. */
  current(): string;
  /** Starts one where none runs. @throws when the last one ended otherwise than well. */
  keepGoing(): Promise<void>;
}

export function openRuns(system: System, name: string, input: object): Runs {
  let number = 0;
  const current = (): string => `${name}-${number}`;
  return {
    current,
    async keepGoing() {
      if (number > 0 && !(await isOver(system, current()))) return;
      number += 1;
      await system.train(current(), input);
    },
  };
}

async function isOver({ db }: System, run: string): Promise<boolean> {
  const record = await readRun(db, run);
  if (!record || record.status === 'running') return false;
  if (record.status === 'finished') return true;
  throw new Error(`${run} is ${record.status}: ${JSON.stringify(record.failure)}`);
}
