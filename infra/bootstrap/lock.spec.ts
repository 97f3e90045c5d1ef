import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let names = 0;
const freshName = (): string => `lock spec ${process.pid} ${(names += 1)}`;

describe('withLock', () => {
  it('lets one at a time through', async () => {
    const name = freshName();
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(name, async () => {
        most = Math.max(most, (inside += 1));
        await new Promise((resume) => setTimeout(resume, 5));
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 8 }, enter));
    expect(most).toBe(1);
  });

  it('lets go when its body fails', async () => {
    const name = freshName();
    const failing = withLock(name, () => Promise.reject(new Error('inside')));
    await expect(failing).rejects.toThrow('inside');
    expect(await withLock(name, () => Promise.resolve('next'))).toBe('next');
  });

  it('does not wait for a holder of another name', async () => {
    const inner = () => withLock(freshName(), () => Promise.resolve('both'));
    expect(await withLock(freshName(), inner)).toBe('both');
  });

  it('passes on when its holder is killed, and tells who waits', async () => {
    const name = freshName();
    const holder = await holdElsewhere(name);
    let waited = 0;
    const entered = withLock(
      name,
      () => Promise.resolve('entered'),
      () => (waited += 1),
    );
    await new Promise((resume) => setTimeout(resume, 100));
    holder.kill('SIGKILL');
    expect(await entered).toBe('entered');
    expect(waited).toBe(1);
  });
});

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(name: string) {
  const lock = JSON.stringify(new URL('./lock.mjs', import.meta.url).href);
  const script = `
    const { withLock } = await import(${lock});
    await withLock(${JSON.stringify(name)}, () => new Promise(() => {
      console.log('held');
      setInterval(() => undefined, 1000);
    }));`;
  const args = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
