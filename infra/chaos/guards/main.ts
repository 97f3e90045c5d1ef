import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as SystemModule from '../../e2e/system.ts';
import { openHome } from '../../src/home.ts';
import { conduct, type Outcome } from './conduct.ts';
import { guards } from './list/index.ts';
import { renderOutcomes } from './table.ts';
import { copyTree, type Tree } from './tree.ts';

/** `npm run chaos:guards [-- WORD]`: takes each guard away and shows that its loss is seen; see README.md. */
async function main(): Promise<void> {
  const began = performance.now();
  const [word = ''] = process.argv.slice(2);
  const wanted = guards.filter(({ name }) => name.includes(word));
  if (wanted.length === 0) throw new Error(`no guard's name has "${word}" in it`);
  const tree = await copyTree();
  try {
    const outcomes = await conductIn(tree, wanted);
    const minutes = (performance.now() - began) / 60_000;
    console.log(`\n${renderOutcomes(outcomes, minutes)}`);
    if (!outcomes.every(isShown)) process.exitCode = 1;
  } finally {
    await tree.remove();
  }
}

/** The system's own code is the copy's too: what it starts comes from there. It provisions nothing anew. */
async function conductIn(tree: Tree, wanted: typeof guards): Promise<Outcome[]> {
  process.env['ACE_HOME'] = (await openHome()).root;
  const address = pathToFileURL(join(tree.root, 'infra', 'e2e', 'system.ts')).href;
  const { startSystem } = (await import(address)) as typeof SystemModule;
  const system = await startSystem();
  try {
    return await conduct(system, tree, wanted, console.log);
  } finally {
    await system.end();
  }
}

const isShown = (outcome: Outcome): boolean => outcome.with === null && outcome.without !== null;

main().catch((error: unknown) => {
  console.error(`\n✗ ${(error as Error).stack}`);
  process.exitCode = 1;
});
