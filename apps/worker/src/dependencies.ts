import type { ActivityDeps } from '@ace/activities';
import {
  closeDatabase,
  type Database,
  isOwned,
  listRuns,
  openDatabase,
  openScratch,
  RunStatus,
} from '@ace/buffer';
import { openArtifacts } from '@ace/buffer/artifacts';
import {
  createGrader,
  loadCatalogue,
  loadPrepared,
  type PreparedCompetition,
} from '@ace/competitions';
import type { RunConfig } from '@ace/config';
import { loadRecipes } from '@ace/infra';
import { connectEngine, type PolicyEngine } from '@ace/policy';
import { pipelineGrammar } from '@ace/policy/grammar';
import { Client, Connection } from '@temporalio/client';
import { join } from 'node:path';
import { openSandbox } from './sandbox.ts';
import type { WorkerSettings } from './settings.ts';

/** Builds what the activities act on, and says how to close it. Refuses a machine that cannot contain programs. */
export async function openDependencies(
  settings: WorkerSettings,
): Promise<{ deps: ActivityDeps; close: () => Promise<void> }> {
  const { home, python, host } = settings;
  const [db, scratch] = await reached(
    ...(['Postgres', 'DATABASE_URL'] as const),
    Promise.all([openDatabase(settings.databaseUrl), openScratch(settings.databaseUrl)]),
  );
  const sandbox = await openSandbox({
    ...{ home, python, setting: settings.sandbox, cpus: settings.cpus, env: process.env },
    isBusy: () => isBusy(db),
    isOwned: async (name) => (await isOwned(db, name)) || isOwned(scratch, name),
  });
  const connection = await reached(
    ...(['Temporal', 'TEMPORAL_ADDRESS'] as const),
    Connection.connect({ address: settings.temporalAddress }),
  );
  const grader = createGrader({ python });
  const engines = openEngines(settings.engineUrl);
  const deps: ActivityDeps = {
    ...{ host, db, scratch, sandbox, grader },
    artifacts: openArtifacts(join(home, 'artifacts')),
    grammar: pipelineGrammar,
    competitions: loadCompetitions(settings.competitions),
    recipes: await loadRecipes(),
    engineOf: engines.of,
    ownEngine: settings.ownsEngine ? engines.embedded() : null,
    temporal: new Client({ connection, namespace: settings.namespace }),
  };
  const close = async (): Promise<void> => {
    const databases = [db, scratch].map(closeDatabase);
    await Promise.all([engines.close(), grader.close(), connection.close(), ...databases]);
  };
  return { deps, close };
}

/** Whether a run is under way, or waits for somebody to go on with it. */
async function isBusy(db: Database): Promise<boolean> {
  const { Running, Paused, Blocked, Stopping } = RunStatus;
  const open: readonly RunStatus[] = [Running, Paused, Blocked, Stopping];
  return (await listRuns(db)).some(({ status }) => open.includes(status));
}

/** Names the server that does not answer, and the variable that says where it is. */
async function reached<T>(server: string, variable: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'ace starts workers with it set, once its servers answer';
    throw new Error(`${server}, which ${variable} names, does not answer: ${reason} (${remedy})`, {
      cause: error,
    });
  }
}

function loadCompetitions(folder: string): Map<string, PreparedCompetition> {
  const prepared = loadCatalogue().map(({ id }) => loadPrepared(folder, id));
  return new Map(prepared.map((competition) => [competition.config.id, competition]));
}

/** One connection per engine that a run's config names. */
function openEngines(embeddedUrl: string) {
  const engines = new Map<string, PolicyEngine>();
  const of = ({ engine }: Pick<RunConfig, 'engine'>): PolicyEngine => {
    const url = engine.kind === 'embedded' ? embeddedUrl : engine.url;
    const known = engines.get(url);
    if (known) return known;
    const baseModel = engine.kind === 'embedded' ? pipelineGrammar.baseModel : engine.baseModel;
    const apiKey = process.env.TINKER_API_KEY;
    const endpoint = { kind: engine.kind, url, baseModel, ...(apiKey ? { apiKey } : {}) };
    const opened = connectEngine(endpoint);
    engines.set(url, opened);
    return opened;
  };
  return {
    of,
    embedded: () => of({ engine: { kind: 'embedded' } }),
    async close(): Promise<void> {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}
