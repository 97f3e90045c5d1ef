import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../testbed.ts';
import { containerOptions } from './container.ts';
import type { DockerHost } from './host.ts';

const host: DockerHost = {
  installation: 'installation',
  image: { reference: 'ace-sandbox:1', id: 'sha256:1', digest: null },
  interpreter: '/usr/bin/python3',
  environment: {},
  files: [],
  tools: '/tools',
};

/** What the engine is told of a container for a program with this many GPUs. */
function toldFor(gpus?: number) {
  const options = { docker: {} as Docker, root: '/root', image: 'ace-sandbox:1' };
  const name = { run: 'run', attempt: 'train.1.0.0', execution: 1 };
  const mounts = { solution: '/solution.py', publicData: '/public', results: '/results' };
  const spec = { limits: ordinaryLimits, ...(gpus === undefined ? {} : { gpus }) };
  return containerOptions(host, options, name, mounts, spec).HostConfig;
}

describe('the devices of a container', () => {
  it('are none unless the recipe asks for them', () => {
    expect(toldFor()).not.toHaveProperty('DeviceRequests');
    expect(toldFor(0)).not.toHaveProperty('DeviceRequests');
  });

  it('are as many GPUs as it asks for, of whichever driver the engine has', () => {
    const request = { Driver: '', Count: 2, Capabilities: [['gpu']] };
    expect(toldFor(2)?.DeviceRequests).toEqual([request]);
  });
});
