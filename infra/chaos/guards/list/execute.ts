import type { Database } from '@ace/buffer';
import { FaultPoint } from '@ace/faults';
import { death, type Guard } from '../guard.ts';

/** Of running programs. */
export const executeGuards: readonly Guard[] = [
  {
    name: 'an execution under way is not claimed again',
    point: FaultPoint.ExecutionClaimed,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/executions.ts',
        guarded: 'HAVING bool_and(ended_at IS NOT NULL) IS NOT FALSE',
        unguarded: '',
      },
    ],
  },
  {
    name: 'the result is asked for before anything runs',
    point: FaultPoint.ResultStored,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/execute.ts',
        guarded: '        if (stored) return { verdict: stored.verdict };\n',
        unguarded: '',
      },
    ],
  },
  {
    name: 'results of an older execution are refused',
    point: FaultPoint.SandboxEnded,
    arrival: 1,
    mishap: { kind: 'late worker', hasTakenUp: executionsAreTakenOver },
    passages: [
      {
        file: 'libs/buffer/src/results.ts',
        guarded: '    await refuseStale(tx, attempt, execution);\n',
        unguarded: '',
      },
    ],
  },
];

/** The last of those that the first host had was claimed by the other a moment ago. */
async function executionsAreTakenOver(db: Database, run: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ lost: number; kept: number }>(
    `SELECT count(*) FILTER (WHERE outcome = 'host lost') AS lost,
       count(*) FILTER (WHERE ended_at IS NULL AND host NOT LIKE 'helper-%') AS kept
     FROM executions WHERE run = $1`,
    [run],
  );
  return rows[0]!.lost > 0 && rows[0]!.kept === 0;
}
