import { createGrader, loadPrepared, type PreparedCompetition } from '@ace/competitions';
import type { RunConfig } from '@ace/config';
import { rewardOf } from '@ace/curriculum';
import { pipelineGrammar } from '@ace/policy/grammar';
import {
  createBubblewrapSandbox,
  type Sandbox,
  type SandboxName,
  type SandboxResult,
  Verdict,
} from '@ace/sandbox';
import { join } from 'node:path';
import type { Home } from '../../../src/home.ts';
import type { Provisioned } from '../../../src/provision.ts';
import type { Fared } from './candidates.ts';

/** Runs programs of the grammar as the pipeline does: the same sandbox, the same grader, the same reward. */
export interface Executor {
  execute(program: string, competition: string): Promise<Fared>;
  close(): Promise<void>;
}

/** A sandbox that vanishes so often in a row has a cause that another try does not mend. */
const tries = 3;

export async function openExecutor(
  home: Home,
  { solutionPython: python, competitions }: Provisioned,
  reward: RunConfig['reward'],
): Promise<Executor> {
  const sandbox = createBubblewrapSandbox({ root: join(home.root, 'constant-programs'), python });
  // What an interrupted benchmark left.
  await sandbox.sweep(() => Promise.resolve(false));
  const grader = createGrader({ python });
  const graded = async (competition: PreparedCompetition, path: string | null): Promise<Fared> => {
    const grade = await grader.grade(competition, path);
    return fared(competition, grade.valid ? grade : null, reward);
  };
  return {
    async execute(program, id) {
      const competition = loadPrepared(competitions, id);
      const name = { run: 'constant', attempt: `${id}.${program.replaceAll(' ', '.')}` };
      for (let execution = 1; execution <= tries; execution++) {
        const result = await run(sandbox, { ...name, execution }, program, competition);
        try {
          if (result === null) continue;
          if (result.verdict !== Verdict.Ok) return fared(competition, null, reward);
          return await graded(competition, result.submissionPath);
        } finally {
          await sandbox.remove({ ...name, execution });
        }
      }
      throw new Error(`a program's sandbox for ${id} vanished ${tries} times`);
    },
    async close() {
      await sandbox.endPreloaded();
      await grader.close();
    },
  };
}

/** null when the sandbox vanished. */
async function run(
  sandbox: Sandbox,
  name: SandboxName,
  program: string,
  { config, publicFolder }: PreparedCompetition,
): Promise<SandboxResult | null> {
  const code = pipelineGrammar.render(program.split(' ').map(Number), config);
  await sandbox.start(name, { code, publicData: publicFolder, limits: config.limits });
  await sandbox.wait(name);
  if ((await sandbox.find(name)) === 'lost') return null;
  const result = await sandbox.collect(name);
  return result.verdict === 'lost' ? null : result;
}

function fared(
  { config }: PreparedCompetition,
  grade: { score: number; referencePercentile: number } | null,
  rewardConfig: RunConfig['reward'],
): Fared {
  const { reward } = rewardOf({
    grade: {
      lost: false,
      valid: grade !== null,
      score: grade?.score ?? null,
      referencePercentile: grade?.referencePercentile ?? null,
      codeHash: '',
    },
    parent: null,
    direction: config.direction,
    config: rewardConfig,
  });
  return { valid: grade !== null, reward: reward ?? 0 };
}
