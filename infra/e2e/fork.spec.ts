import { firstDifference, readRun, readVersion, type RunDigest } from '@ace/buffer';
import { rootCause } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 11, iterations: 4, pipelineDepth: 2, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 2, everyIterations: 2 },
};

let system: System;
let parent: RunDigest;

beforeAll(async () => {
  system = await startSystem();
  await system.train('parent', config);
  await system.ended('parent');
  parent = await system.digest('parent');
}, 240_000);

afterEach(() => system.tidy(), 60_000);
afterAll(() => system.end(), 60_000);

async function fork(run: string, input: object): Promise<RunDigest> {
  await system.train(run, input);
  await system.ended(run);
  return system.digest(run);
}

const forkOf = { run: 'parent', iteration: 2 };

describe('a fork', () => {
  it('with unchanged settings ends with the digest of its parent', async () => {
    const made = await fork('same', { forkOf });
    expect(firstDifference(parent, made)).toBeNull();
    expect(made.total).toBe(parent.total);
  }, 120_000);

  it('with other settings shares all up to there, and goes on otherwise', async () => {
    const made = await fork('other', { forkOf, sampling: { temperature: 0.5 } });
    const upTo = ({ iterations }: RunDigest, last: number) =>
      iterations.filter(({ iteration }) => iteration <= last);
    expect(upTo(made, forkOf.iteration)).toEqual(upTo(parent, forkOf.iteration));
    const written = ({ iterations }: RunDigest, wanted: number) =>
      iterations.find(({ track, iteration }) => track === 'train' && iteration === wanted)?.tables
        .completions;
    // At depth 2 the attempts of iteration 3 are made before iteration 2 is learnt from.
    expect(written(made, 3)).toBe(written(parent, 3));
    expect(written(made, 4)).not.toBe(written(parent, 4));
    const hashOf = async (run: string) => (await readVersion(system.db, run, 2))?.sha256;
    expect(await hashOf('other')).toBe(await hashOf('parent'));
  }, 120_000);

  it('of a run that is not there, or of an iteration that is not, is refused at once', async () => {
    const reason = async (input: object) => {
      await system.train('refused', input);
      const ended = await system.ended('refused').catch((error: Error) => error.cause);
      return rootCause(ended);
    };
    const missing = { forkOf: { run: 'parnet', iteration: 1 } };
    expect(await reason(missing)).toMatch(/forkOf\.run: expected the name of a run, got "parnet"/);
    const beyond = { forkOf: { run: 'parent', iteration: 5 } };
    expect(await reason(beyond)).toMatch(/forkOf\.iteration: expected 0 to 4.*got 5/);
  }, 60_000);
});

describe('the workflow that replays an iteration, as the Temporal UI starts it', () => {
  const replay = (input: object): Promise<{ run: string }> =>
    system.client.workflow.execute('replayIteration', {
      ...{ workflowId: 'replay', taskQueue: 'ace', args: [input] },
    });

  it('forks', async () => {
    const asked = { run: 'parent', iteration: 3, mode: 'fork', name: 'by-replay' };
    expect((await replay(asked)).run).toBe('by-replay');
    await system.ended('by-replay');
    expect((await system.digest('by-replay')).total).toBe(parent.total);
  }, 120_000);

  it('goes on with a run that was closed', async () => {
    await system.train('closed', { forkOf: { run: 'parent', iteration: 3 } });
    const opened = async () => (await readRun(system.db, 'closed')) !== null;
    await eventually('the run is in the record', opened);
    await system.client.workflow.getHandle('closed').terminate();
    await replay({ run: 'closed', iteration: 4, mode: 'retry' });
    await system.ended('closed');
    expect((await system.digest('closed')).total).toBe(parent.total);
  }, 120_000);

  it('says what is wrong with an input', async () => {
    const reason = async (input: object) =>
      rootCause(await replay(input).catch((error: Error) => error.cause));
    const asked = { run: 'parent', iteration: 1, mode: 'verfy' };
    expect(await reason(asked)).toMatch(/^replay: mode: .*got "verfy", did you mean "verify"\?/);
    expect(await reason({ ...asked, mode: 'verify', name: 'x' })).toBe(
      'replay: name: expected none unless mode is "fork", got "x"',
    );
    expect(await reason({ ...asked, mode: 'retry', run: 'parnet' })).toContain('got "parnet"');
  }, 60_000);
});
