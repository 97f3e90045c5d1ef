import type { RunPlan } from '@ace/activities';
import {
  type ActivityName,
  type Answers,
  eventually,
  nothing,
  pause,
  plan,
  type Script,
  untilCancelled,
} from './scripted-runs.ts';

/** A run that is opened with this plan. */
export const planned = (over: Partial<RunPlan>): Answers => ({
  openRun: () => ({ ...plan, ...over }),
});

/** An activity that lasts until the test says so, or it is cancelled; then it answers. */
export function hold<Result = void>(answer?: Result) {
  let release = nothing;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = () => untilCancelled(released).then(() => answer);
  return { release: () => release(), held };
}

export const isCalled = (script: Script, name: ActivityName, times = 1): Promise<void> =>
  eventually(`${name} is called ${times} times`, () => script.called(name).length >= times);

/** The iterations that chose states, in that order. */
export const iterationsOf = (script: Script): unknown[] =>
  script.called('sample').map(({ input }) => input.iteration);

/** Long enough for what must not happen to happen. */
export const aWhile = (): Promise<void> => pause(400);
