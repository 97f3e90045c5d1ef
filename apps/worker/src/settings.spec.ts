import { InputError } from '@ace/config';
import { availableParallelism, hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { settingsFrom } from './settings.ts';

const complete = {
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  DATABASE_URL: 'postgres://somewhere/ace',
  ACE_ENGINE_URL: 'http://127.0.0.1:8642',
  ACE_HOME: '/home',
  ACE_CACHE: '/home/cache',
  ACE_SOLUTION_PYTHON: '/python',
  ACE_COMPETITIONS: '/competitions',
};

describe('settingsFrom', () => {
  it.each(Object.keys(complete))('names %s when it is missing or empty', (name) => {
    const rest = Object.fromEntries(Object.entries(complete).filter(([key]) => key !== name));
    const refusal = new InputError(
      `${name}: expected a value, got none (ace starts workers with it set)`,
    );
    expect(() => settingsFrom(rest)).toThrow(refusal);
    expect(() => settingsFrom({ ...complete, [name]: '' })).toThrow(refusal);
  });

  it.each(['0', '-1', '1.5', '1025', 'many', ''])('refuses ACE_SLOTS "%s"', (given) => {
    expect(() => settingsFrom({ ...complete, ACE_SLOTS: given })).toThrow(
      new InputError(`ACE_SLOTS: expected a whole number from 1 to 1024, got "${given}"`),
    );
  });

  it.each(['0', '0.05', '-1', 'half', '2000', 'Infinity'])(
    'refuses ACE_SANDBOX_CPUS "%s"',
    (given) => {
      expect(() => settingsFrom({ ...complete, ACE_SANDBOX_CPUS: given })).toThrow(
        `ACE_SANDBOX_CPUS: expected a number from 0.1 to ${availableParallelism()}, of this machine's cores, got "${given}"`,
      );
    },
  );

  it('gives programs the share of a processor that is named, and none of its own', () => {
    expect(settingsFrom(complete).cpus).toBeNull();
    expect(settingsFrom({ ...complete, ACE_SANDBOX_CPUS: '' }).cpus).toBeNull();
    expect(settingsFrom({ ...complete, ACE_SANDBOX_CPUS: '0.5' }).cpus).toBe(0.5);
  });

  it('takes an engine for somebody else’s unless told', () => {
    expect(settingsFrom(complete).ownsEngine).toBe(false);
    expect(settingsFrom({ ...complete, ACE_OWN_ENGINE: 'no' }).ownsEngine).toBe(false);
    expect(settingsFrom({ ...complete, ACE_OWN_ENGINE: 'yes' }).ownsEngine).toBe(true);
  });

  it('takes the way to contain programs that is named, and no other word', () => {
    expect(settingsFrom(complete).sandbox).toBe('auto');
    expect(settingsFrom({ ...complete, ACE_SANDBOX: 'docker' }).sandbox).toBe('docker');
    expect(() => settingsFrom({ ...complete, ACE_SANDBOX: 'podman' })).toThrow(
      new InputError('ACE_SANDBOX: expected one of auto, docker, bubblewrap, got "podman"'),
    );
  });

  it('takes this machine’s name, its processors and the default namespace unless told', () => {
    expect(settingsFrom(complete)).toMatchObject({
      ...{ namespace: 'default', host: hostname(), slots: availableParallelism() },
    });
    const told = { TEMPORAL_NAMESPACE: 'other', ACE_HOST: 'elsewhere', ACE_SLOTS: '3' };
    expect(settingsFrom({ ...complete, ...told })).toMatchObject({
      ...{ namespace: 'other', host: 'elsewhere', slots: 3 },
    });
  });
});
