import type { ContainerInspectInfo } from 'dockerode';
import { join } from 'node:path';
import type { SandboxResult } from '../port.ts';

/**
 * The result of a container whose monitor the kernel killed for the container's memory limit, so that it could
 * store none: scratch files alone filled the group, since everything else in it is killed before. `folder`: of
 * its results.
 */
export function outOfMemory({ State, Image }: ContainerInspectInfo, folder: string): SandboxResult {
  const wallSeconds = (Date.parse(State.FinishedAt) - Date.parse(State.StartedAt)) / 1000;
  return {
    verdict: 'memory limit',
    detail: 'the kernel killed the whole container at its limit of memory',
    ...{ exitCode: null, signal: 9, cpuSeconds: 0, peakMemoryBytes: 0 },
    wallSeconds: Math.max(0, wallSeconds),
    stdoutPath: join(folder, 'stdout'),
    stderrPath: join(folder, 'stderr'),
    submissionPath: null,
    image: Image,
  };
}
