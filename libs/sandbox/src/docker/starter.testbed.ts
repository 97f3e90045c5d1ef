/** A worker to be killed: starts the execution that it is given as JSON, says so, and waits for it. */
import type { SandboxName, SandboxSpec } from '../port.ts';
import { solutionPython } from '../testbed.ts';
import { createDockerSandbox } from './docker.ts';
import { dockerOn, testImage, testSocket } from './docker.testbed.ts';

const { root, name, spec } = JSON.parse(process.argv[2] ?? '') as {
  root: string;
  name: SandboxName;
  spec: SandboxSpec;
};
const common = { docker: dockerOn(testSocket), image: testImage, python: solutionPython };
const sandbox = createDockerSandbox({ ...common, root });
await sandbox.start(name, spec);
console.log('started');
await sandbox.wait(name);
