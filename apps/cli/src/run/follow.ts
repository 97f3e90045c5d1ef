import { type LiveView, Standing } from '../view/live-view.ts';
import type { Screen } from '../view/screen.ts';
import type { Observer } from './observe.ts';
import { isOver } from './standing.ts';

export interface FollowOptions {
  observer: Observer;
  screen: Screen;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Called when a server or the worker may have died; throws when it cannot be helped. */
  mend: () => Promise<void>;
  /** Where nobody can mend a blocked run, its being blocked is the end of the command. */
  endWhenBlocked: boolean;
}

const lookEveryMs = 500;
/** A look may take a tenth of the time. */
const restPerLook = 9;
const mendEveryMs = 5_000;

/** Shows a run until it is over, or until the signal; returns the last view, null when there was none. */
export async function follow(options: FollowOptions): Promise<LiveView | null> {
  const { observer, screen, signal, mend, endWhenBlocked } = options;
  let last: LiveView | null = null;
  let mendAt = Date.now() + mendEveryMs;
  while (!signal.aborted) {
    const startedAt = Date.now();
    try {
      last = await observer.look();
      // The record was read before Temporal was asked: the end is worth a second look.
      if (isOver(last.standing)) last = await observer.look();
      screen.show(last);
      if (isOver(last.standing)) return last;
      if (endWhenBlocked && last.standing === Standing.Blocked) return last;
    } catch (error) {
      screen.note(`${messageOf(error)}; trying again`);
      mendAt = 0;
    }
    if (Date.now() >= mendAt && !signal.aborted) {
      await mend();
      mendAt = Date.now() + mendEveryMs;
    }
    const spentMs = Date.now() - startedAt;
    await pause(Math.max(lookEveryMs - spentMs, spentMs * restPerLook), signal);
  }
  return last;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resume();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
