import { type Database, readVersion } from '@ace/buffer';
import type { Epoch } from './epochs.ts';

/**
 * Epochs of this process that no step will use again. An engine may sample a version with the weights of the
 * model that made it, so that model stays until another one has made the next version.
 */
export function openRetired(db: Database) {
  const retired = new Map<string, Epoch[]>();

  const add = (run: string, epoch: Epoch): void =>
    void retired.set(run, [...(retired.get(run) ?? []), epoch]);

  /**
   * Unloads them, but for the one that made `version`. In the background: an engine that is lost, or slow,
   * neither delays nor fails a step; it forgets a model whose session is silent by itself.
   */
  const letGo = (run: string, version: number | null): void =>
    void unloadAllBut(run, version).catch(() => undefined);

  async function unloadAllBut(run: string, version: number | null): Promise<void> {
    const published = version === null ? null : await readVersion(db, run, version);
    const all = retired.get(run) ?? [];
    retired.delete(run);
    for (const epoch of all.filter(({ epoch }) => epoch === published?.epoch)) add(run, epoch);
    const unused = all.filter(({ epoch }) => epoch !== published?.epoch);
    await Promise.allSettled(unused.map(({ model }) => model.unload()));
  }

  return { add, letGo };
}
