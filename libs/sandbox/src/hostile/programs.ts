import type { HostileProgram } from './program.ts';
import { disk } from './programs/disk.ts';
import { imitation } from './programs/imitation.ts';
import { kernel } from './programs/kernel.ts';
import { memory } from './programs/memory.ts';
import { network } from './programs/network.ts';
import { output } from './programs/output.ts';
import { processes } from './programs/processes.ts';
import { secrets } from './programs/secrets.ts';
import { submission } from './programs/submission.ts';
import { writing } from './programs/writing.ts';

/** All of them, each with a name of its own. */
export const hostilePrograms: readonly HostileProgram[] = [
  ...[network, secrets, writing, submission, processes, memory, disk, output, kernel, imitation],
].flat();
