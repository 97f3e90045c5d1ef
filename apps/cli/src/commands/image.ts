import { InputError } from '@ace/config';
import { ensureDebianImage, findDockerEngine, loadImage, openHome, pinnedMirror } from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';

interface BuildOptions {
  from: string;
  mirror: string;
}

/** `ace image`: images for sandboxes in Docker that no registry is needed for. */
export function imageCommand(): Command {
  const build = new Command('build')
    .description('make an image for sandboxes and load it into the Docker engine')
    .requiredOption('--from <source>', 'debian: a root file system of Debian’s packages')
    .option('--mirror <url>', 'archive of Debian’s packages', pinnedMirror)
    .action(buildImage);
  return new Command('image').description('images for sandboxes in Docker').addCommand(build);
}

async function buildImage({ from, mirror }: BuildOptions): Promise<void> {
  if (from !== 'debian') throw new InputError(`--from: expected debian, got "${from}"`);
  if (!/^https?:\/\/./.test(mirror) || !URL.canParse(mirror)) {
    throw new InputError(`--mirror: expected http://… or https://…, got "${mirror}"`);
  }
  const onStep = printSteps(process.stderr);
  const image = await ensureDebianImage(await openHome(), { mirror, onStep });
  const found = await findDockerEngine();
  if (found.engine) {
    const { id } = await loadImage(found.engine.docker, image);
    console.log(`${image.reference} is in ${found.engine.address}: ${id}`);
  } else {
    console.log(`packed: ${image.file} (no engine to load it into: ${found.reason})`);
  }
  console.log(`\nTo use it: ACE_SANDBOX_IMAGE=${image.reference} npm start`);
}
