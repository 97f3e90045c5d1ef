import type { RunRecord } from '@ace/buffer';
import { openArtifacts } from '@ace/buffer/artifacts';
import { join } from 'node:path';
import type { RunReport } from '../report/contract.ts';
import { gatherReport } from '../report/gather.ts';
import { conditionOf } from './condition.ts';
import type { RunSession } from './session.ts';

/** The report of a run as it stands now. */
export async function reportOn(
  { db, home, temporal }: RunSession,
  record: RunRecord,
): Promise<RunReport> {
  const artifacts = openArtifacts(join(home.root, 'artifacts'));
  const condition = await conditionOf(temporal, record.run, record);
  return gatherReport({ db, artifacts }, record, condition);
}
