import type Docker from 'dockerode';
import { unlessRefused } from '../../e2e/containers.ts';

/** Sees to it that every container of a run lasts about as long as is wanted, whatever its program does. */
export interface Pace {
  /** Containers that ran at once, at most. */
  mostAtOnce(): number;
  end(): void;
}

/** Processor time per second that programs have at first; an import of scikit-learn and pandas is most of each. */
const slowCpus = 0.1;
const usualCpus = 1;
/** From the start of a container until it has a whole core: those that are not done by then soon are. */
const slowForMs = 14_000;

/** Slows containers as the engine tells that they have started. */
export async function setPace(docker: Docker, run: string): Promise<Pace> {
  const stream = await docker.getEvents({
    filters: { type: ['container'], event: ['start', 'die'], label: [`ace.run=${run}`] },
  });
  const running = new Set<string>();
  const timers: NodeJS.Timeout[] = [];
  let most = 0;
  onLines(stream, (line) => {
    const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { ID: string } };
    if (Action !== 'start') return running.delete(Actor.ID);
    running.add(Actor.ID);
    most = Math.max(most, running.size);
    void giveCpus(docker, Actor.ID, slowCpus);
    timers.push(setTimeout(() => void giveCpus(docker, Actor.ID, usualCpus), slowForMs));
  });
  const end = (): void => {
    timers.forEach(clearTimeout);
    (stream as unknown as { destroy(): void }).destroy();
  };
  return { mostAtOnce: () => most, end };
}

function onLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    lines.filter(Boolean).forEach(take);
  });
}

/** One that has ended meanwhile needs none. */
const giveCpus = (docker: Docker, id: string, cpus: number): Promise<unknown> =>
  docker
    .getContainer(id)
    .update({ NanoCpus: Math.round(cpus * 1e9) })
    .catch(unlessRefused(404, 409, 500));
