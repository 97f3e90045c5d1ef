import { findDockerEngine } from '../docker/engine.ts';
import type { DockerEngine, NoDockerEngine } from '../docker/engine.ts';
import { findImage } from '../docker/image/load.ts';
import { withMinimalImage } from '../docker/image/minimal.ts';
import { sandboxCpus, SandboxKind, sandboxSetting } from '../sandbox-setting.ts';
import { healthy, unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';

const part = 'Docker engine';
/** What images, containers and their logs want at least. */
const diskWanted = 5e9;

/** The engine, what it offers and what is left of its disk; and whether sandboxes will be in it. */
export async function checkDocker(
  env: NodeJS.ProcessEnv,
): Promise<{ rows: DoctorRow[]; serves: boolean }> {
  try {
    sandboxCpus(env);
    if (sandboxSetting(env) === SandboxKind.Bubblewrap) {
      return { rows: [healthy(part, 'ACE_SANDBOX=bubblewrap', null, 'not used')], serves: false };
    }
    const found = await findDockerEngine(env);
    if (!found.engine) return { rows: [absent(found, env)], serves: false };
    return { rows: await rowsOf(found.engine, env), serves: true };
  } catch (error) {
    const { message } = error as Error;
    const variable = message.split(':')[0] ?? part;
    return { rows: [unhealthy(part, message, `unset ${variable}`)], serves: false };
  }
}

/** Nothing to mend where nobody asked for Docker: bubblewrap serves. */
function absent(
  { reason, remedy, source, address }: NoDockerEngine,
  env: NodeJS.ProcessEnv,
): DoctorRow {
  const wanted = source === 'DOCKER_HOST' || sandboxSetting(env) === SandboxKind.Docker;
  if (!wanted) return healthy(part, 'none, so bubblewrap serves', null, reason);
  return unhealthy(part, reason, remedy, { found: address });
}

const rowsOf = async (engine: DockerEngine, env: NodeJS.ProcessEnv): Promise<DoctorRow[]> => [
  engineRow(engine),
  diskRow(engine),
  healthy('Docker GPU', engine.gpuRuntime ?? 'no GPU runtime', null),
  await imageRow(engine, env),
];

function engineRow({ version, cgroupVersion, address, missingLimits }: DockerEngine): DoctorRow {
  const place = { found: address, version: `${version.split('+')[0]}, cgroup ${cgroupVersion}` };
  if (missingLimits.length === 0) return healthy(part, place.found, place.version, 'answers');
  const state = `its kernel does not limit: ${missingLimits.join(', ')}`;
  return unhealthy(part, state, 'boot with cgroup_enable=memory swapaccount=1', place);
}

function diskRow({ diskFree, storageDriver: version }: DockerEngine): DoctorRow {
  if (diskFree === null) return healthy('Docker disk', 'not visible from here', version);
  const found = `${(diskFree / 1e9).toFixed(0)} GB left`;
  if (diskFree >= diskWanted) return healthy('Docker disk', found, version);
  const state = `less than ${diskWanted / 1e9} GB left`;
  return unhealthy('Docker disk', state, 'docker system prune', { found, version });
}

/** The image that `ACE_SANDBOX_IMAGE` names, else the one that is made here. */
async function imageRow({ docker }: DockerEngine, env: NodeJS.ProcessEnv): Promise<DoctorRow> {
  const named = env['ACE_SANDBOX_IMAGE'];
  const reference = named || (await withMinimalImage((image) => Promise.resolve(image.reference)));
  const held = await findImage(docker, reference);
  if (held) return healthy('Docker image', reference, null);
  if (!named) return healthy('Docker image', reference, null, 'made when needed');
  const remedy = 'npm run ace -- image build --from debian';
  return unhealthy('Docker image', 'the engine does not hold it', remedy, { found: reference });
}
