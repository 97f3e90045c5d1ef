import type { IterationSummary, RunFailure, RunPlan } from '@ace/activities';
import { learntUpTo, RunStanding, SearchAttribute } from '@ace/config/pure';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { log, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { runDetails, type ShownRun } from './run-details.ts';

/** What the UI shows of a run while it goes on: its current details, and its search attributes. */
export interface RunDisplay {
  /** Says how the run stands, and what failed where something did. */
  status(standing: RunStanding, failure?: RunFailure): void;
  /** A step that failed (`RunFailure.step`) is tried again. */
  mended(step: string): void;
  /** The run will have so many iterations. */
  planned(iterations: number): void;
  /** An iteration begins. */
  begun(iteration: number): void;
  /** An iteration was learnt from; without a summary where a worker from before there were any did it. */
  learnt(iteration: number, summary: IterationSummary | null | undefined): void;
}

/** Iterations that are listed. */
const listed = 5;

/**
 * Opens the display of a run, which never fails it. Attributes are named only where openRun found that the server
 * knows them; a history from before the display has none, and is replayed as it was.
 */
export function openDisplay(run: string, plan: RunPlan): RunDisplay {
  const version = learntUpTo(plan, plan.cursor);
  const shown: ShownRun = {
    ...{ run, iterations: plan.iterations, standing: RunStanding.Running },
    ...{ begun: version, version, learnt: plan.display?.learnt ?? [], failures: [] },
  };
  const upsert = plan.display?.searchable ? openAttributes(plan.display.recipe) : () => undefined;

  function change(to: Partial<ShownRun>): void {
    Object.assign(shown, to);
    try {
      setCurrentDetails(runDetails(shown));
      upsert(shown);
    } catch (error) {
      log.warn('the run goes on without its display', { error });
    }
  }
  const othersThan = (step: string): RunFailure[] =>
    shown.failures.filter((failure) => failure.step !== step);

  change({});
  return {
    status(standing, failure) {
      change({ standing, ...(failure && { failures: [...othersThan(failure.step), failure] }) });
    },
    mended(step) {
      const failures = othersThan(step);
      const goesOn = shown.standing === RunStanding.Blocked && failures.length === 0;
      change({ failures, ...(goesOn && { standing: RunStanding.Running }) });
    },
    planned: (iterations) => change({ iterations }),
    begun: (iteration) => change({ begun: Math.max(shown.begun, iteration) }),
    learnt(iteration, summary) {
      const learnt = [...shown.learnt, ...(summary ? [summary] : [])].slice(-listed);
      change({ learnt, version: Math.max(shown.version, iteration) });
    },
  };
}

/** Upserts what changed since the last time. */
function openAttributes(recipe: string): (shown: ShownRun) => void {
  const known = new Map<string, unknown>();
  return (shown) => {
    const changed = attributesOf(shown, recipe).filter(
      ({ key, value }) => value !== (known.get(key.name) ?? null),
    );
    for (const { key, value } of changed) known.set(key.name, value);
    if (changed.length > 0) upsertSearchAttributes(changed);
  };
}

const attributesOf = (shown: ShownRun, recipe: string): SearchAttributeUpdatePair[] => [
  { key: SearchAttribute.Run, value: shown.run },
  { key: SearchAttribute.Recipe, value: recipe },
  { key: SearchAttribute.Status, value: shown.standing },
  { key: SearchAttribute.Iteration, value: shown.begun },
  { key: SearchAttribute.PolicyVersion, value: shown.version },
  { key: SearchAttribute.BestReward, value: shown.learnt.at(-1)?.bestRewardSoFar ?? null },
];
