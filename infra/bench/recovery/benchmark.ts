import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setEnvironment } from '../../e2e/environment.ts';
import { startSystem, type System } from '../../e2e/system.ts';
import { sweepPrivateEngines } from '../../src/testing/private-engine.ts';
import { sweepTemporaryHomes } from '../../src/testing/temporary-home.ts';
import { measureBusy } from './busy.ts';
import { measureEffective } from './effective.ts';
import { measureKills } from './kills.ts';
import { type Options, Part } from './options.ts';
import type { Results } from './results-contract.ts';

type Tell = (line: string) => void;

/** All parts that are asked for, one after the other, each on a system of its own. */
export async function benchmark(options: Options, tell: Tell): Promise<Results> {
  const has = (part: Part): boolean => options.parts.includes(part);
  await sweepPrivateEngines();
  await sweepTemporaryHomes();
  const results: Results = { benchmark: 'recovery', ...making() };
  if (has(Part.Busy)) {
    tell('an undisturbed run, all cores busy');
    results.busy = await inBubblewrap((system) => measureBusy(system, options.recipe));
  }
  if (has(Part.Kills)) {
    tell(`${options.kills} kills, seed ${options.seed}`);
    results.kills = await inBubblewrap((system) => measureKills(system, options, tell));
  }
  if (has(Part.Effective)) results.effective = await measureEffective(options, tell);
  return results;
}

async function inBubblewrap<T>(body: (system: System) => Promise<T>): Promise<T> {
  const restore = setEnvironment({ ACE_SANDBOX: 'bubblewrap' });
  try {
    const system = await startSystem();
    return await body(system).finally(() => system.end());
  } finally {
    restore();
  }
}

function making(): Pick<Results, 'madeAt' | 'machine'> {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAtStart: loadavg()[0] ?? 0,
  };
  return { madeAt: new Date().toISOString(), machine };
}
