import type { RunFailure } from '@ace/activities';
import { RunStanding } from '@ace/config/pure';
import { condition } from '@temporalio/workflow';
import { records } from './activities.ts';
import type { RunDisplay } from './display.ts';

/** What a person asked of a run last. */
export const Course = {
  Running: 'running',
  /** Begin nothing new until it is resumed. */
  Paused: 'paused',
  /** Begin nothing new, and end once all that was begun has come as far as it can. */
  Stopping: 'stopping',
  /** End at once. */
  StoppingNow: 'stopping now',
} as const;
export type Course = (typeof Course)[keyof typeof Course];

/** How a run stands. Every change of it passes here: it is shown at once, and in the record when its promise resolves. */
export interface Standing {
  /** As the record says it. */
  status(): RunStanding;
  course(): Course;
  /** The newest iteration that was begun; evaluations up to that version were begun too. */
  admitted(): number;
  /** Numbers of the steps that wait for a person, as `retryIteration` takes them. */
  blocked(): number[];
  isStopping(): boolean;
  /** A person asks for another course. */
  take(course: Course): Promise<void>;
  /** Whether the iteration may begin now; waits while the run is paused or changed. False: it begins no more. */
  admit(iteration: number): Promise<boolean>;
  /** Does what changes the iterations to come, one after the other; none begins before it is done. */
  change<Result>(work: () => Promise<Result>): Promise<Result>;
  /** A step failed; with `final` the run does. */
  block(step: number, failure: RunFailure, final: boolean): Promise<void>;
  /** A blocked step may try again. */
  release(step: number): void;
  /** The step of this name tries again; when no other one is blocked, nothing is wrong with the run. */
  mended(step: string): Promise<void>;
  /** Nothing of the run is at work any more. */
  close(status: 'stopped' | 'cancelled'): Promise<void>;
}

export function openStanding(run: string, learnt: number, display: RunDisplay): Standing {
  let course: Course = Course.Running;
  let admitted = learnt;
  let changing = 0;
  const blocked = new Set<number>();
  const inTurn = openTurnstile();

  const isStopping = (): boolean => course === Course.Stopping || course === Course.StoppingNow;
  function status(): RunStanding {
    if (isStopping()) return RunStanding.Stopping;
    if (blocked.size > 0) return RunStanding.Blocked;
    return course === Course.Paused ? RunStanding.Paused : RunStanding.Running;
  }

  const mayAdmit = (): boolean => course !== Course.Paused && changing === 0;

  return {
    ...{ status, isStopping, course: () => course, admitted: () => admitted },
    blocked: () => [...blocked].sort((a, b) => a - b),
    take(next) {
      course = next;
      display.status(status());
      return inTurn(() => records.recordStanding({ run, status: status() }));
    },
    async admit(iteration) {
      // Looked at again: who asked for something else may have been heard while this was woken.
      do await condition(mayAdmit);
      while (!mayAdmit());
      if (course !== Course.Running) return false;
      admitted = iteration;
      return true;
    },
    async change(work) {
      changing += 1;
      return inTurn(work).finally(() => (changing -= 1));
    },
    block(step, failure, final) {
      // Before it is shown, so that whoever sees it can send the update at once.
      blocked.add(step);
      display.status(final ? RunStanding.Failed : status(), failure);
      return inTurn(() => records.recordFailure({ run, failure, final }));
    },
    release: (step) => void blocked.delete(step),
    async mended(step) {
      display.mended(step);
      if (blocked.size > 0) return;
      display.status(status());
      await inTurn(() => records.clearFailure({ run, status: status() }));
    },
    close(last) {
      display.status(last);
      return inTurn(() => records.recordStanding({ run, status: last }));
    },
  };
}

/** One write after the other, so that the record's last word is the last that was said. */
function openTurnstile() {
  let writing: Promise<unknown> | null = null;
  return async <Result>(write: () => Promise<Result>): Promise<Result> => {
    while (writing) await writing.catch(() => undefined);
    const mine = write();
    writing = mine;
    try {
      return await mine;
    } finally {
      writing = null;
    }
  };
}
