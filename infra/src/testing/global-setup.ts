import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt, makeHome, openHome } from '../home.ts';
import type { Home } from '../home.ts';
import { provision } from '../provision.ts';
import { ensureServers, stopServers } from '../services/services.ts';
import { printSteps } from '../../bootstrap/progress.mjs';

/**
 * Vitest's global set-up: provisions into the clone's own caches, then starts one Postgres and one Temporal
 * server for all specs, with data in a temporary folder, and ends both afterwards.
 *
 * Specs read `ACE_TEST_DATABASE_URL` (a superuser's), `ACE_TEST_TEMPORAL_ADDRESS`, `ACE_SOLUTION_PYTHON` and
 * `ACE_COMPETITIONS`.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const onStep = printSteps(process.stderr);
  const shared = await openHome();
  const provisioned = await provision(shared, onStep);
  const home = await makeTemporaryHome(shared);
  const end = async (): Promise<void> => {
    await stopServers(home);
    await rm(home.root, { recursive: true, force: true });
  };
  try {
    const options = { home, onStep, anyPort: true, settings: {} };
    const services = await ensureServers({ ...options, only: ['postgres', 'temporal'] });
    process.env['ACE_TEST_DATABASE_URL'] = services.postgres.url;
    process.env['ACE_TEST_TEMPORAL_ADDRESS'] = services.temporal.address;
    process.env['ACE_SOLUTION_PYTHON'] = provisioned.solutionPython;
    process.env['ACE_COMPETITIONS'] = provisioned.competitions;
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** A home of its own that downloads nothing, since it uses `shared`'s caches. Postgres' user may enter it. */
async function makeTemporaryHome(shared: Home): Promise<Home> {
  const root = await mkdtemp(join(tmpdir(), 'ace-test-'));
  await chmod(root, 0o755);
  return makeHome(homeAt(root, shared));
}
