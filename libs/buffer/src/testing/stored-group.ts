import { type AttemptAddress, type GroupAddress, type Phase, phasesOf } from '@ace/config';
import { storeCompletions } from '../completions.ts';
import { type Database, transaction } from '../database.ts';
import { type GroupRow, storeGroups } from '../groups.ts';
import { completionOf, openTestRun } from './play-run.ts';
import { testConfig } from './test-config.ts';

/** Opens a run of {@link testConfig} whose cursor stands at `phase`. */
export async function runAt(db: Database, run: string, phase: Phase): Promise<void> {
  await openTestRun(db, run);
  await standAt(db, run, phase);
}

/** Moves the cursor of a run of {@link testConfig}. */
export async function standAt(db: Database, run: string, { kind, index }: Phase): Promise<void> {
  const cursor = phasesOf(testConfig).findIndex((p) => p.kind === kind && p.index === index);
  await db.pool.query('UPDATE runs SET cursor = $2 WHERE run = $1', [run, cursor]);
}

export const act1: Phase = { kind: 'act', index: 1 };
export const learn1: Phase = { kind: 'learn', index: 1 };

export const rootGroup: GroupRow = {
  slot: 0,
  stateAddress: 'root:ames',
  competition: 'ames',
  kind: 'draft',
  version: 0,
  probability: 0.5,
  priority: 0.25,
  spare: false,
  prompt: null,
};

/** A run that stands at act(1), with one group of iteration 1 chosen and no completions. */
export async function chosenGroup(db: Database, run: string): Promise<GroupAddress> {
  await runAt(db, run, act1);
  await transaction(db, (tx) => storeGroups(tx, run, 'train', 1, [rootGroup]));
  return { run, track: 'train', iteration: 1, slot: 0 };
}

/** As {@link chosenGroup}, with its attempts stored. */
export async function storedAttempts(db: Database, run: string): Promise<AttemptAddress[]> {
  const group = await chosenGroup(db, run);
  const attempts = [0, 1, 2].map((sample) => ({ ...group, sample }));
  await storeCompletions(db, group, act1, attempts.map(completionOf));
  return attempts;
}

/** As {@link storedAttempts}: the first of them. */
export async function storedAttempt(db: Database, run: string): Promise<AttemptAddress> {
  return (await storedAttempts(db, run))[0]!;
}
