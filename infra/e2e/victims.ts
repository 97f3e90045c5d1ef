import type Docker from 'dockerode';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ContainerSystem,
  type RunningContainer,
  runningOf,
  unlessRefused,
} from './containers.ts';
import type { Draw } from './draw.ts';
import type { Kill } from './killer.ts';

const longestAbsenceMs = 2000;

/** Whom a killer can kill while containers of a run run. */
export function victimsOf(system: ContainerSystem, run: string) {
  const running = () => runningOf(system.docker, run);
  const absence = (draw: Draw) => sleep(longestAbsenceMs * draw.share('absence'));

  const worker: Kill = async (draw) => {
    const anythingRuns = async () => (await running()).length > 0;
    await system.killWhen('something runs', 'worker', anythingRuns);
    await absence(draw);
    await system.revive();
    return 'the worker';
  };
  const engine: Kill = async (draw) => {
    const found = await running();
    if (found.length === 0) return null;
    await system.dockerEngine.kill();
    const isHit = found.some(({ pid }) => existsSync(`/proc/${pid}`));
    await absence(draw);
    await system.dockerEngine.start();
    return isHit ? 'the engine' : null;
  };
  const oneContainer =
    (end: (container: Docker.Container) => Promise<unknown>): Kill =>
    async (draw) => {
      const found = await running();
      if (found.length === 0) return null;
      const victim = draw.one('container', found);
      const refused = Symbol();
      const answer = await end(system.docker.getContainer(victim.id)).catch((error: Error) => {
        unlessRefused(404, 409)(error);
        return refused;
      });
      return answer === refused ? null : nameOf(victim);
    };
  return {
    worker,
    engine,
    'container killed': oneContainer((container) => container.kill()),
    'container removed': oneContainer((container) => container.remove({ force: true, v: true })),
  };
}

/** As the record has it. */
export const nameOf = ({ attempt, execution }: Pick<RunningContainer, 'attempt' | 'execution'>) =>
  `${attempt} execution ${execution}`;
