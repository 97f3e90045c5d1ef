import { groupProgress, progress, type Progress, readRun, trainingCounts } from '@ace/buffer';
import { Track } from '@ace/config';
import { type LiveView, Standing } from '../view/live-view.ts';
import { liveViewOf, unbornView } from '../view/live-view-of.ts';
import { createPace } from '../view/pace.ts';
import { uiUrlOf } from '../view/ui-url.ts';
import { conditionOf } from './condition.ts';
import type { RunSession } from './session.ts';

/** Looks at a run again and again; remembers what does not change between two looks. */
export interface Observer {
  look(): Promise<LiveView>;
}

export function observerOf(session: RunSession, run: string): Observer {
  const { db, temporal, where } = session;
  const pace = createPace();
  const rewards = rewardsOf(session, run);
  const uiUrl = uiUrlOf(where, run);
  return {
    async look() {
      const now = await progress(db, run);
      const known = { run, uiUrl, ...(await conditionOf(temporal, run, now)) };
      // Read each time: its limits may be changed while it goes on.
      const record = now && (await readRun(db, run));
      if (!record) return unbornView(known);
      const view = liveViewOf(known, {
        ...{ progress: now, config: record.config },
        groups: await groupsUnderWay(session, run, now),
        rewards: await rewards(now.learned?.iteration ?? 0),
      });
      const goesOn = known.standing === Standing.Running;
      return { ...view, secondsLeft: goesOn ? pace.secondsLeft(view.attempts, Date.now()) : null };
    },
  };
}

const groupsUnderWay = async ({ db }: RunSession, run: string, { iteration, open }: Progress) =>
  open.total === 0 ? [] : groupProgress(db, run, Track.Train, iteration);

/** Mean rewards up to an iteration, read again when there is a newer one. */
function rewardsOf({ db }: RunSession, run: string): (iteration: number) => Promise<number[]> {
  let known: { iteration: number; means: number[] } = { iteration: 0, means: [] };
  return async (iteration) => {
    if (iteration === known.iteration) return known.means;
    const { iterations } = await trainingCounts(db, run);
    const means = iterations.map(({ meanReward }) => meanReward).filter((mean) => mean !== null);
    known = { iteration, means };
    return means;
  };
}
