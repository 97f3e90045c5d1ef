import { describe, expect, it } from 'vitest';
import { BegunContainers } from './begun.ts';

const named = (attempt: string, execution = 1) => ({ run: 'run', attempt, execution });

describe('BegunContainers', () => {
  it('knows what began, by its whole name, until it is forgotten', () => {
    const begun = new BegunContainers();
    expect(begun.get(named('a'))).toBeNull();
    begun.add(named('a'), 'id');
    expect(begun.get(named('a'))).toEqual({ id: 'id', hasStopped: false });
    expect(begun.get(named('a', 2))).toBeNull();
    begun.forget(named('a'));
    expect(begun.get(named('a'))).toBeNull();
  });

  it('remembers that one stopped, and not that an earlier one of its name did', () => {
    const begun = new BegunContainers();
    begun.add(named('a'), 'first');
    begun.get(named('a'))!.hasStopped = true;
    expect(begun.get(named('a'))).toEqual({ id: 'first', hasStopped: true });
    begun.add(named('a'), 'second');
    expect(begun.get(named('a'))).toEqual({ id: 'second', hasStopped: false });
  });

  it('forgets the oldest ones, of which others took care', () => {
    const begun = new BegunContainers();
    for (let number = 0; number <= 1000; number++) begun.add(named(`a${number}`), `${number}`);
    expect(begun.get(named('a0'))).toBeNull();
    expect(begun.get(named('a1'))).not.toBeNull();
    expect(begun.get(named('a1000'))).not.toBeNull();
  });
});
