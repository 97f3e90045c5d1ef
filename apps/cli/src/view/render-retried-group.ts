import type { RetriedGroup } from '@ace/workflows';
import { plural } from './text.ts';

/** What came of one group that was retried alone, for people; `command` lets its run go on, where it waits. */
export function renderRetriedGroup(
  iteration: string,
  { group, open, became }: RetriedGroup,
  command: string | null,
): string[] {
  const where = `${iteration}, group ${group}`;
  const counts = Object.entries(became).map(([end, count]) => `${count} ${end}`);
  const what =
    open === 0
      ? 'nothing to do, none of its attempts is open'
      : `${plural(open, 'open attempt')} became ${counts.join(', ')}`;
  return [`${where}: ${what}`, ...(command === null ? [] : [`the run goes on with: ${command}`])];
}
