import { executionHosts, isOwned, namedCheckpoints } from '@ace/buffer';
import type { SandboxName } from '@ace/sandbox';
import { endAbandoned } from './abandoned.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldExecutions } from './held-executions.ts';
import { whileAlive } from './liveness.ts';
import type { Removed } from './types.ts';

/** What a step wrote is named within the day that Temporal gives a step: after that, nobody will name it. */
const minimumAgeSeconds = 86_400;

/** A host that claimed nothing for so long is gone; were it back, its worker sweeps at its start. */
const hostDays = 30;
const maximumHosts = 50;

/** Names that a result carries at most: it must stay small. */
const maximumNames = 50;
const longestName = 200;

/** Which hosts there are to sweep. */
export function sweepPlanActivities({ db, host }: ActivityDeps) {
  return {
    /** This host, which is known to have a worker, then those of the record. */
    async hostsToSweep(): Promise<{ hosts: string[] }> {
      const recorded = await executionHosts(db, hostDays, maximumHosts);
      return { hosts: [...new Set([host, ...recorded])] };
    },
  };
}

/**
 * Removing what nobody owns, on the host that has it. Nothing of an execution under way goes, and nothing
 * without this installation's mark. A second call, or one after a death in the middle, removes the rest.
 */
export function sweepActivities(deps: ActivityDeps, held: HeldExecutions) {
  return {
    /** Containers, volumes and folders of executions that ended, or that no workflow runs any more. */
    sweepSandboxes(): Promise<Removed> {
      return whileAlive(async () => {
        // The record first: a sandbox goes after the execution that owned it.
        await endAbandoned(deps, held);
        await endAbandoned({ ...deps, db: deps.scratch }, held);
        const swept = await deps.sandbox.sweep(
          async (name) => (await isOwned(deps.db, name)) || isOwned(deps.scratch, name),
        );
        return removed(`${deps.sandbox.kind} sandbox`, swept.map(inWords));
      });
    },

    /** Those of one run that no execution owns any more, at once. */
    stopSandboxes({ run }: { run: string }): Promise<Removed> {
      return whileAlive(async () => {
        const isKept = async (name: SandboxName): Promise<boolean> =>
          name.run !== run || isOwned(deps.db, name);
        const swept = await deps.sandbox.sweep(isKept);
        return removed(`${deps.sandbox.kind} sandbox`, swept.map(inWords));
      });
    },

    /** Checkpoints of this host's own engine that no version names; engines that keep their own say nothing. */
    sweepCheckpoints(): Promise<Removed> {
      return whileAlive(async () => {
        const keep = await namedCheckpoints(deps.db);
        const count = await deps.ownEngine?.sweepCheckpoints([...keep], minimumAgeSeconds);
        return { kind: 'unpublished checkpoint', count: count ?? 0, names: [] };
      });
    },

    /** What writers of artifacts left when they died. */
    sweepArtifacts(): Promise<Removed> {
      return whileAlive(async () =>
        removed('half-written artifact', await deps.artifacts.sweep(1000 * minimumAgeSeconds)),
      );
    },
  };
}

const removed = (kind: string, names: readonly string[]): Removed => ({
  ...{ kind, count: names.length },
  names: names.slice(0, maximumNames).map((name) => name.slice(0, longestName)),
});

const inWords = ({ run, attempt, execution }: SandboxName): string =>
  `${run}/${attempt} execution ${execution}`;
