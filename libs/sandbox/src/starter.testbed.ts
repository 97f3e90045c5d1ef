/** A worker to be killed: starts the execution that it is given as JSON, says so, and waits for it. */
import { createBubblewrapSandbox } from './bubblewrap.ts';
import type { SandboxName, SandboxSpec } from './port.ts';
import { solutionPython } from './testbed.ts';

const { root, name, spec } = JSON.parse(process.argv[2] ?? '') as {
  root: string;
  name: SandboxName;
  spec: SandboxSpec;
};
const sandbox = createBubblewrapSandbox({ root, python: solutionPython });
await sandbox.start(name, spec);
console.log('started');
await sandbox.wait(name);
