import type { RunDigest } from '@ace/buffer';
import type { System } from '../../e2e/system.ts';
import type { Guard } from './guard.ts';
import { endHelper, letHappen } from './mishaps.ts';
import type { Tree } from './tree.ts';
import { whatIsWrong } from './verdict.ts';

/** What was wrong with each of the two runs; null when nothing was. */
export interface Outcome {
  guard: Guard;
  with: string | null;
  without: string | null;
}

export type Tell = (line: string) => void;

/** Small, but every iteration learns; and it gives up soon on what will never work. */
const recipeOf = ({ iterations = 1 }: Pick<Guard, 'iterations'>) => ({
  ...{ seed: 19, iterations, groups: 2, groupSize: 4 },
  ...{ giveUpAfterSeconds: 20, hostLostAfterSeconds: 2 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  reward: { validityFloor: 0.7 },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
});

/** Lets each guard's mishap happen twice: with the guard, then to workers of a tree without it. */
export async function conduct(
  system: System,
  tree: Tree,
  guards: readonly Guard[],
  tell: Tell,
): Promise<Outcome[]> {
  const digestOf = undisturbedDigests(system, tell);
  const outcomes: Outcome[] = [];
  for (const [index, guard] of guards.entries()) {
    const undisturbed = await digestOf(guard);
    const trial = async (way: 'with' | 'without'): Promise<string | null> => {
      const wrong = await runTrial(system, guard, `${index + 1}-${way}`, undisturbed);
      tell(`${way} "${guard.name}": ${wrong ?? 'equal'}`);
      return wrong;
    };
    const kept = await trial('with');
    await tree.takeAway(guard);
    await startAfresh(system);
    outcomes.push({ guard, with: kept, without: await trial('without') });
    await tree.putBack();
    await startAfresh(system);
  }
  return outcomes;
}

/** One run for each number of iterations that is asked for. */
function undisturbedDigests(system: System, tell: Tell): (guard: Guard) => Promise<RunDigest> {
  const digests = new Map<number, RunDigest>();
  return async ({ iterations = 1 }) => {
    const known = digests.get(iterations);
    if (known) return known;
    const run = `undisturbed-${iterations}`;
    await system.train(run, recipeOf({ iterations }));
    const wrong = await whatIsWrong(system, run, null);
    if (wrong) throw new Error(`${run}: ${wrong}`);
    const digest = await system.digest(run);
    digests.set(iterations, digest);
    tell(`${run} has digest ${digest.total.slice(0, 12)}`);
    return digest;
  };
}

/** A worker reads its sources when it starts. */
async function startAfresh(system: System): Promise<void> {
  await system.kill('worker');
  await system.revive();
}

async function runTrial(
  system: System,
  guard: Guard,
  run: string,
  undisturbed: RunDigest,
): Promise<string | null> {
  await system.forgetArtifacts();
  const helper = await letHappen(system, guard, run, recipeOf(guard));
  const wrong = await whatIsWrong(system, run, undisturbed);
  if (helper) await endHelper(helper);
  await system.tidy();
  return wrong;
}
