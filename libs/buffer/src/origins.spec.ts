import { phasesOf, type RunConfig, StartFrom } from '@ace/config';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes } from './canonical.ts';
import { digestRun } from './digest.ts';
import { firstDifference } from './digest-text.ts';
import { claimEpoch, currentEpoch } from './epochs.ts';
import { ConfigMismatchError, OtherEngineError } from './errors.ts';
import { openRun } from './run-opening.ts';
import { readRun } from './runs.ts';
import { standAt } from './testing/stored-group.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { testConfig } from './testing/test-config.ts';
import { namedCheckpoints, publishVersion } from './versions.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const newest = (name: string) => ({ name, startFrom: StartFrom.Newest });
const scratch = (name: string) => ({ name, startFrom: StartFrom.Scratch });

const open = (run: string, series: Parameters<typeof openRun>[1]['series'], config = testConfig) =>
  openRun(test.db, { run, config, fingerprints: {}, roots: [], series: series ?? null });

/** Publishes a version of a run of {@link testConfig}, whatever came before. */
async function publish(run: string, version: number): Promise<void> {
  const kind = version === 0 ? 'initialise' : 'learn';
  const phase = phasesOf(testConfig).find((p) => p.kind === kind && p.index === version)!;
  await standAt(test.db, run, phase);
  const epoch = await claimEpoch(test.db, run, await currentEpoch(test.db, run), 'host');
  await publishVersion(test.db, run, phase, {
    ...{ version, epoch, sha256: `sha of ${run} ${version}`, steps: [] },
    ...{ statePath: `${run}/${version}/state`, samplerPath: `${run}/${version}/sampler` },
  });
}

const originOf = (run: string, version: number) => ({
  ...{ run, version, sha256: `sha of ${run} ${version}`, statePath: `${run}/${version}/state` },
});

describe('a run of a series', () => {
  it('begins with fresh weights when it is the first', async () => {
    expect(await open('first', newest('a'))).toMatchObject({ series: 'a', origin: null });
  });

  it('begins with the newest version of the newest run that has one', async () => {
    await open('b1', newest('b'));
    for (const version of [0, 1]) await publish('b1', version);
    await open('b2, which published nothing', newest('b'));
    expect((await open('b3', newest('b'))).origin).toEqual(originOf('b1', 1));
    await publish('b3', 0);
    // Taken up again, it is no newer for that.
    await publish('b1', 2);
    expect((await open('b4', newest('b'))).origin).toEqual(originOf('b3', 0));
  });

  it('keeps what it began with, whatever is published and asked later', async () => {
    await open('c1', newest('c'));
    await publish('c1', 0);
    const opened = await open('c2', newest('c'));
    await publish('c1', 1);
    expect(await open('c2', newest('c'))).toEqual(opened);
    expect(await open('c2', null)).toEqual(opened);
    expect(await readRun(test.db, 'c2')).toEqual(opened);
    expect(opened.origin).toEqual(originOf('c1', 0));
  });

  it('opened twice at once begins with one version', async () => {
    await open('d1', newest('d'));
    await publish('d1', 0);
    const opened = await Promise.all([1, 2, 3].map(() => open('d2', newest('d'))));
    expect(opened.map(({ origin }) => origin)).toEqual(Array(3).fill(originOf('d1', 0)));
  });

  it('starts from scratch when told, and later runs go on from it', async () => {
    await open('e1', newest('e'));
    await publish('e1', 0);
    expect((await open('e2', scratch('e'))).origin).toBeNull();
    await publish('e2', 0);
    expect((await open('e3', newest('e'))).origin).toEqual(originOf('e2', 0));
  });

  it('has nothing to do with another series, nor with runs of none', async () => {
    await open('f1', null);
    await publish('f1', 0);
    await open('f2', newest('another'));
    await publish('f2', 0);
    expect((await open('f3', newest('f'))).origin).toBeNull();
  });

  it('is refused on another engine, and leaves no row', async () => {
    await open('g1', newest('g'));
    await publish('g1', 0);
    const engine = { kind: 'tinker', url: 'http://x', baseModel: 'm' } as const;
    const config: RunConfig = { ...testConfig, engine };
    const refused = open('g2', newest('g'), config);
    await expect(refused).rejects.toThrow(OtherEngineError);
    await expect(refused).rejects.toThrow(
      'engine: expected {"kind":"embedded"}, on which version 0 of run "g1" was made, the newest of the ' +
        'series "g", got {"kind":"tinker","url":"http://x","baseModel":"m"}',
    );
    expect(await readRun(test.db, 'g2')).toBeNull();
    expect((await open('g2', scratch('g'), config)).origin).toBeNull();
  });

  it('is refused under its name for another series', async () => {
    await open('h1', newest('h'));
    const other = open('h1', newest('i'));
    await expect(other).rejects.toThrow(ConfigMismatchError);
    await expect(other).rejects.toThrow('was started with series "h"; this asks for "i"');
  });
});

describe('the version that a run began with', () => {
  it('cannot go, and its checkpoint is kept', async () => {
    await open('j1', newest('j'));
    await publish('j1', 0);
    await open('j2', newest('j'));
    await expect(test.db.pool.query(`DELETE FROM versions WHERE run = 'j1'`)).rejects.toThrow(
      /violates foreign key/,
    );
    expect(await namedCheckpoints(test.db)).toContain('j1/0/state');
  });

  it('enters the digest by its weights, and by nothing else', async () => {
    await open('k0', null);
    await open('k1', newest('k'));
    const [none, first] = [await digestRun(test.db, 'k0'), await digestRun(test.db, 'k1')];
    expect(first).toEqual(none);
    await publish('k1', 0);
    await open('k2', newest('k'));
    const second = await digestRun(test.db, 'k2');
    expect(firstDifference(none, second)).toBe('config or data (table runs)');
    await test.db.pool.query(`UPDATE runs SET origin_run = 'j1' WHERE run = 'k2'`);
    expect(await digestRun(test.db, 'k2')).toEqual(second);
  });
});

it('a run without an origin has the digest that it had before there were any', async () => {
  const { config } = await open('without', null);
  const { tables } = await digestRun(test.db, 'without');
  const bytes = canonicalBytes([JSON.parse(JSON.stringify(config)), {}]);
  expect(tables.runs).toBe(createHash('sha256').update(bytes).digest('hex'));
});
