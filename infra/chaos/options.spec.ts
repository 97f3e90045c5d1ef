import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('the options', () => {
  it('are 100 kills over depths 1, 2 and 4 of the recipe crash unless told', () => {
    const legs = [
      { depth: 1, sandbox: 'bubblewrap' },
      { depth: 2, sandbox: 'docker' },
      { depth: 4, sandbox: 'bubblewrap' },
    ];
    expect(parseOptions([])).toMatchObject({ kills: 100, recipe: 'crash', legs });
    expect(parseOptions(['--help'])).toBeNull();
  });

  it('are taken as given', () => {
    const args = ['--kills', '3', '--seed', '9', '--recipe', 'quickstart', '--depths', '2'];
    const legs = [{ depth: 2, sandbox: 'docker' }];
    const expected = { kills: 3, seed: 9, recipe: 'quickstart', legs };
    expect(parseOptions([...args, '--sandboxes', 'docker'])).toMatchObject(expected);
  });

  it.each([
    [['--kills', '0'], '--kills: expected a whole number from 1 to 10000, got "0"'],
    [['--seed', 'x'], '--seed: expected a whole number'],
    [['--depths', '1,99'], '--depths: expected a whole number from 1 to 16, got "99"'],
    [['--sandboxes', 'podman'], '--sandboxes: expected a list of docker, bubblewrap, got "podman"'],
    [['--victims', 'cat'], '--victims: expected a list of worker, worker-stopped'],
    [
      ['--victims', 'docker-engine', '--sandboxes', 'bubblewrap'],
      '--victims: none of Docker engine is there at depth 1, in bubblewrap',
    ],
    [['--kils', '3'], '--kils'],
  ])('%j are refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
