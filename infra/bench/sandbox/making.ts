import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { outputOf } from '../../src/run-output.ts';
import type { BenchEngine } from './engine.ts';
import type { Making } from './results-contract.ts';

/** The machine, the engine and the versions that results come from. `python`: path of the programs' interpreter. */
export async function makingOf({ engine, source }: BenchEngine, python: string): Promise<Making> {
  const { version, cgroupVersion, storageDriver } = engine;
  const said = await outputOf(python, ['--version']);
  return {
    madeAt: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()}`,
    },
    engine: { version, cgroupVersion, storageDriver, source },
    versions: { node: process.versions.node, python: said?.replace(/^Python /, '') ?? 'unknown' },
  };
}
