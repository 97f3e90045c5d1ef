import { printSteps } from '../../bootstrap/progress.mjs';
import { openHome } from '../home.ts';
import { provision } from '../provision.ts';
import { ensureServers } from '../services/services.ts';
import { makeTemporaryHome, removeTemporaryHome, sweepTemporaryHomes } from './temporary-home.ts';

/**
 * Vitest's global set-up: provisions into the clone's own caches, then starts one Postgres and one Temporal
 * server for all specs, with data in a temporary folder, and ends both afterwards.
 *
 * Specs read `ACE_TEST_DATABASE_URL` (a superuser's), `ACE_TEST_TEMPORAL_ADDRESS`, `ACE_SOLUTION_PYTHON` and
 * `ACE_COMPETITIONS`.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const onStep = printSteps(process.stderr);
  // An engine that happens to be there changes nothing for specs that are not about Docker.
  process.env['ACE_SANDBOX'] = 'bubblewrap';
  const shared = await openHome();
  const provisioned = await provision(shared, onStep);
  await sweepTemporaryHomes();
  const home = await makeTemporaryHome(shared);
  try {
    const options = { home, onStep, anyPort: true, settings: {} };
    const services = await ensureServers({ ...options, only: ['postgres', 'temporal'] });
    process.env['ACE_TEST_DATABASE_URL'] = services.postgres.url;
    process.env['ACE_TEST_TEMPORAL_ADDRESS'] = services.temporal.address;
    process.env['ACE_SOLUTION_PYTHON'] = provisioned.solutionPython;
    process.env['ACE_COMPETITIONS'] = provisioned.competitions;
  } catch (error) {
    await removeTemporaryHome(home);
    throw error;
  }
  return () => removeTemporaryHome(home);
}
