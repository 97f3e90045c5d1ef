import type { Report } from './conduct.ts';
import { phases, Victim, victims } from './plan.ts';

const leastOfVictim = 8;
const leastOfPhase = 5;
/** From here on each kind of part, and each phase, must have had its share. */
const fromKills = 100;

const deathsOfWorkers: readonly Victim[] = [Victim.Worker, Victim.WorkerStopped];

/** What a report owes and does not show, in words; empty when all is well. */
export const shortfalls = (report: Report): string[] => [
  ...differences(report),
  ...overlaps(report),
  ...(report.hits.length >= fromKills ? shares(report) : []),
  ...executionsOfDeadWorkers(report),
];

const differences = ({ outcomes }: Report): string[] =>
  outcomes.flatMap(({ run, difference }) => (difference === null ? [] : `${run}: ${difference}`));

/** Where iterations may overlap, at least half of them do. */
const overlaps = ({ outcomes }: Report): string[] =>
  outcomes
    .filter(({ depth, counts }) => depth > 1 && counts.overlapping < counts.followers / 2)
    .map(({ run, counts }) => {
      const found = `${counts.overlapping} of ${counts.followers}`;
      return `${run}: ${found} iterations acted before the last execution of the one before ended`;
    });

const shares = ({ hits, victims: among }: Report): string[] => [
  ...victims
    .filter((victim) => among.includes(victim))
    .map((victim) => [victim, hits.filter((hit) => hit.victim === victim).length] as const)
    .filter(([, times]) => times < leastOfVictim)
    .map(([victim, times]) => `${victim}: killed ${times} times, not ${leastOfVictim}`),
  ...phases
    .map((phase) => [phase, hits.filter((hit) => hit.phase === phase).length] as const)
    .filter(([, times]) => times < leastOfPhase)
    .map(([phase, times]) => `${phase}: in flight ${times} times, not ${leastOfPhase}`),
];

/** Where nothing but workers died, no program was run twice. */
const executionsOfDeadWorkers = ({ outcomes, hits }: Report): string[] =>
  outcomes
    .filter(({ run }) => hits.filter((hit) => hit.run === run).every(isDeathOfWorker))
    .filter(({ counts }) => counts.executions !== counts.attempts)
    .map(({ run, counts: { executions, attempts } }) => {
      return `${run}: only workers died, and ${attempts} attempts took ${executions} executions`;
    });

const isDeathOfWorker = ({ victim }: { victim: Victim }): boolean =>
  deathsOfWorkers.includes(victim);
