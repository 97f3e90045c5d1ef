/** One part of set-up, told while it happens and when it is done. */
export interface Step {
  /** What is being set up, as people call it. */
  readonly part: string;
  readonly state: 'doing' | 'done';
  /** What is being done, or where the part was found and what it is. */
  readonly detail: string;
  /** Time since the step began; 0 while it begins. */
  readonly seconds: number;
}
export type OnStep = (step: Step) => void;

/** Tells `doing`, runs `body`, tells what `found` makes of its result. */
export async function tellStep<T>(
  onStep: OnStep,
  part: string,
  doing: string,
  body: () => Promise<T>,
  found: (result: T) => string,
): Promise<T> {
  const start = performance.now();
  onStep({ part, state: 'doing', detail: doing, seconds: 0 });
  const result = await body();
  const seconds = (performance.now() - start) / 1000;
  onStep({ part, state: 'done', detail: found(result), seconds });
  return result;
}

export const silent: OnStep = () => undefined;
