import { isScratchRun } from '@ace/config';
import type { ActivityDeps } from './deps.ts';
import { runOf } from './patience.ts';

type Activities = Record<string, (input: never) => Promise<unknown>>;

/** Activities of the record and of the scratch schema as one set: the name of a run says in which it is. */
export function onBothRecords<A extends Activities>(
  deps: ActivityDeps,
  build: (deps: ActivityDeps) => A,
): A {
  const real = build(deps);
  const again = build({ ...deps, db: deps.scratch });
  const dispatched = Object.keys(real).map((name) => [
    name,
    (input: never) => (isScratchRun(runOf(input)) ? again : real)[name]!(input),
  ]);
  return Object.fromEntries(dispatched) as A;
}
