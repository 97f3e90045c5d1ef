import { readRun } from '@ace/buffer';
import { openArtifacts } from '@ace/buffer/artifacts';
import { join } from 'node:path';
import type { RunReport } from '../report/contract.ts';
import { gatherReport } from '../report/gather.ts';
import type { Standing } from '../view/live-view.ts';
import type { RecordSession } from './session.ts';

/** The report of a run as it stands; null for one that never came to have a record. */
export async function reportOn(
  { db, home }: Pick<RecordSession, 'db' | 'home'>,
  run: string,
  standing: Standing,
): Promise<RunReport | null> {
  const record = await readRun(db, run);
  const artifacts = openArtifacts(join(home.root, 'artifacts'));
  return record && gatherReport({ db, artifacts }, record, standing);
}
