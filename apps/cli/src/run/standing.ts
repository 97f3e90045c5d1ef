import { Standing } from '../view/live-view.ts';

/** How Temporal's newest execution of a run ended, `open` while it goes on; null when it knows of none. */
export type WorkflowEnd = 'open' | 'completed' | 'failed' | 'terminated' | 'cancelled' | null;

/**
 * Whether a run goes on is Temporal's to say alone: a row that says "running" outlives a killed worker. What
 * is finished for good is in the record too: Temporal may have forgotten it. A workflow that completed did so
 * after its record, of which an older row may be at hand: it was finished, or stopped by a person.
 */
export function standingOf(recordStatus: string | null, workflow: WorkflowEnd): Standing {
  const recorded = recordStatus ?? '';
  if (recorded === 'finished') return Standing.Finished;
  if (workflow === 'completed') {
    return stops.includes(recorded) ? Standing.Stopped : Standing.Finished;
  }
  if (workflow === 'open')
    return waits.find((standing) => standing === recorded) ?? Standing.Running;
  return workflow === 'failed' || recordStatus === 'failed' ? Standing.Failed : Standing.Stopped;
}

const stops = ['paused', 'stopping', 'stopped'];
const waits = [Standing.Paused, Standing.Blocked, Standing.Stopping];

/** Whether nothing more will come without a person's doing. */
export const isOver = (standing: Standing): boolean =>
  standing === Standing.Finished || standing === Standing.Failed || standing === Standing.Stopped;
