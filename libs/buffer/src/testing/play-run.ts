import { createHash } from 'node:crypto';
import type { Evolution } from '@ace/curriculum';
import {
  type AttemptAddress,
  attemptName,
  childAddress,
  type GroupAddress,
  type Phase,
  phasesOf,
  rootAddress,
  type RunConfig,
  Track,
  versionSeenBy,
} from '@ace/config';
import { acceptChange } from '../accept-change.ts';
import type { Database } from '../database.ts';
import { storeEvolution } from '../evolution.ts';
import { claimEpoch, currentEpoch } from '../epochs.ts';
import { claimExecution, endExecution, takeOverExecution } from '../executions.ts';
import { storeCompletions } from '../completions.ts';
import { storeGrade } from '../grades.ts';
import { type GroupRow, readGroups, storeGroups, storePrompt } from '../groups.ts';
import { type Outcome, readOutcomes } from '../outcomes.ts';
import { forgetRequest, storeRequest } from '../requests.ts';
import { storeResult } from '../results.ts';
import { type Forking, openRun } from '../run-opening.ts';
import { configAt, readRun } from '../runs.ts';
import { bufferAsOf } from '../states.ts';
import { inPhase } from '../turns.ts';
import { publishVersion } from '../versions.ts';
import { testConfig } from './test-config.ts';

/** What must leave no trace in the digest. */
export interface Luck {
  host: string;
  /** Each attempt's first two executions are lost, each request is forgotten once, each epoch is the second. */
  trouble: boolean;
  /** Attempts are executed and graded from last to first. */
  backwards: boolean;
}

export const goodLuck: Luck = { host: 'north', trouble: false, backwards: false };
export const badLuck: Luck = { host: 'south', trouble: true, backwards: true };

/** The small run's config. */
export const playedConfig: RunConfig = { ...testConfig, iterations: 3, pipelineDepth: 2 };

/** Opens a run with one root for each training competition, or one that shares another's beginning. */
export const openTestRun = (
  db: Database,
  run: string,
  config: RunConfig = testConfig,
  fork: Forking | null = null,
) =>
  openRun(db, {
    ...{ run, config, fork },
    fingerprints: Object.fromEntries(config.competitions.train.map((id) => [id, `data of ${id}`])),
    roots: config.competitions.train.map((id) => ({ address: rootAddress(id), competition: id })),
  });

/**
 * Plays a whole run, or what is left of it, through this room's own functions: the real order of phases, made-up contents that
 * depend on addresses alone.
 */
export async function playRun(
  db: Database,
  run: string,
  luck: Luck = goodLuck,
  config: RunConfig = playedConfig,
): Promise<void> {
  await openTestRun(db, run, config);
  for (;;) {
    const record = (await readRun(db, run))!;
    const phase = phasesOf(record.config)[record.cursor];
    if (!phase) break;
    await playPhase({ db, run, luck, config: configAt(record, phase.index), phase });
  }
}

interface Play {
  db: Database;
  run: string;
  luck: Luck;
  config: RunConfig;
  phase: Phase;
}

async function playPhase(play: Play): Promise<void> {
  const { db, run, phase } = play;
  const { kind, index } = phase;
  if (kind === 'initialise') {
    await playPublish(play);
    await playChange(play);
  }
  if (kind === 'act') await playGroups(play, Track.Train, await chosenStates(play));
  if (kind === 'evaluate') await playGroups(play, Track.Evaluation, rootDrafts(play));
  if (kind === 'learn') {
    const evolution = await evolutionOf(play);
    await inPhase(db, run, phase, (tx) => storeEvolution(tx, run, index, evolution));
    await playPublish(play);
  }
  if (kind === 'finish') await inPhase(db, run, phase, () => Promise.resolve(), { last: true });
}

/** A change of limits on which nothing else of a played run depends. */
async function playChange({ db, run, luck }: Play): Promise<void> {
  const change = { learningRate: 0.0042, fromIteration: 2 };
  await acceptChange(db, { run, updateId: luck.host, admitted: 0, change }, () => undefined);
}

async function playPublish({ db, run, luck, phase }: Play): Promise<void> {
  if (luck.trouble) await claimEpoch(db, run, await currentEpoch(db, run), luck.host);
  const epoch = await claimEpoch(db, run, await currentEpoch(db, run), luck.host);
  const version = phase.index;
  const metrics = { loss: fraction(`loss ${version}`), kl: fraction(`kl ${version}`) };
  await publishVersion(db, run, phase, {
    ...{ version, epoch, sha256: hex(`weights ${version}`) },
    ...{ statePath: `${run}/${epoch}/state`, samplerPath: `${run}/${epoch}/sampler` },
    steps: [{ epoch: 0, minibatch: 0, metrics }],
  });
}

async function chosenStates({ db, run, config, phase }: Play): Promise<GroupRow[]> {
  const version = versionSeenBy(config, phase.index);
  const { states } = await bufferAsOf(db, run, version);
  return Array.from({ length: config.groups }, (_, slot) => {
    const state = states[(phase.index * 3 + slot) % states.length]!;
    const { address: stateAddress, competition, kind } = state;
    const how = { probability: 1 / states.length, priority: fraction(stateAddress), spare: false };
    return { slot, stateAddress, competition, kind, version, prompt: null, ...how };
  });
}

const rootDrafts = ({ config, phase }: Play): GroupRow[] =>
  [...config.competitions.train, ...config.competitions.heldOut].map((competition, slot) => ({
    ...{ slot, stateAddress: rootAddress(competition), competition, kind: 'draft' },
    ...{ version: phase.index, probability: 1, priority: 0, spare: false, prompt: null },
  }));

async function playGroups(play: Play, track: Track, rows: GroupRow[]): Promise<void> {
  const { db, run, phase, luck, config } = play;
  const iteration = phase.index;
  await inPhase(db, run, phase, (tx) => storeGroups(tx, run, track, iteration, rows));
  const samples = track === 'train' ? config.groupSize : config.evaluation.samplesPerCompetition;
  const groups = rows.map(({ slot }) => ({ run, track, iteration, slot }));
  for (const group of ordered(luck, groups)) await playCompletions(play, group, samples);
  await inPhase(db, run, phase, () => Promise.resolve(), { last: true });
  const attempts = groups.flatMap((group) =>
    Array.from({ length: samples }, (_, sample) => ({ ...group, sample })),
  );
  for (const attempt of ordered(luck, attempts)) await playAttempt(db, attempt, luck);
}

const ordered = <T>({ backwards }: Luck, items: T[]): T[] =>
  backwards ? [...items].reverse() : items;

async function playCompletions(
  { db, luck, phase }: Play,
  group: GroupAddress,
  samples: number,
): Promise<void> {
  await storePrompt(db, group, [group.iteration, group.slot]);
  if (luck.trouble) {
    await storeRequest(db, group, { requestId: 'forgotten', seed: 1 });
    await forgetRequest(db, group, 'forgotten', 'the engine restarted');
  }
  await storeRequest(db, group, { requestId: `${luck.host}-request`, seed: 1 });
  const rows = Array.from({ length: samples }, (_, sample) => completionOf({ ...group, sample }));
  await storeCompletions(db, group, phase, rows);
}

/** A completion that depends on the attempt's address alone. */
export function completionOf(attempt: AttemptAddress) {
  const name = attemptName(attempt);
  const draw = (what: string): number => fraction(`${what} of ${name}`);
  return {
    sample: attempt.sample,
    tokens: [1, 2, 3].map((place) => Math.floor(draw(`token ${place}`) * 100)),
    logprobs: [1, 2, 3].map((place) => Math.fround(Math.log(draw(`logprob ${place}`)))),
    codeSha: hex(`code of ${name}`),
    codeHash: hex(`normalised code of ${name}`),
  };
}

/** A result whose measured part depends on the host. */
export function resultOf(attempt: AttemptAddress, host = 'north') {
  const name = attemptName(attempt);
  const works = isValid(attempt);
  return {
    verdict: works ? 'ok' : 'crashed',
    errorType: works ? null : 'ValueError',
    errorText: works ? null : `ValueError: bad value in ${name}`,
    validationScore: works ? fraction(`validation of ${name}`) : null,
    submissionSha: works ? hex(`submission of ${name}`) : null,
    stdoutSha: hex(`stdout of ${name} on ${host}`),
    stderrSha: hex(`stderr of ${name} on ${host}`),
    cpuSeconds: fraction(`cpu ${host}`),
    wallSeconds: fraction(`wall ${host}`),
    peakMemoryBytes: 2 ** 33 + host.length,
    image: `sha256:${host}`,
    detail: `ended on ${host}`,
  };
}

/** Two of three attempts are valid. */
export function gradeOf(attempt: AttemptAddress) {
  const name = attemptName(attempt);
  return isValid(attempt)
    ? {
        ...{ valid: true, score: fraction(`score of ${name}`), invalidReason: null, detail: null },
        referencePercentile: fraction(`percentile of ${name}`),
      }
    : {
        ...{ valid: false, score: null, referencePercentile: null },
        ...{ invalidReason: 'crashed', detail: 'it crashed' },
      };
}

const isValid = (attempt: AttemptAddress): boolean => attempt.sample % 3 !== 2;

async function playAttempt(db: Database, attempt: AttemptAddress, luck: Luck): Promise<void> {
  if (luck.trouble) {
    const { execution } = await claimExecution(db, attempt, 'doomed');
    await endExecution(db, attempt, execution, 'lost', 'killed');
    await claimExecution(db, attempt, 'doomed');
    await takeOverExecution(db, attempt, 'doomed', luck.host);
  }
  const { execution } = await claimExecution(db, attempt, luck.host);
  await storeResult(db, attempt, execution, resultOf(attempt, luck.host));
  await storeGrade(db, attempt, gradeOf(attempt));
}

async function evolutionOf({ db, run, phase, config }: Play): Promise<Evolution> {
  const iteration = phase.index;
  const outcomes = await readOutcomes(db, run, Track.Train, iteration);
  const groups = await readGroups(db, run, Track.Train, iteration);
  const { states } = await bufferAsOf(db, run, iteration - 1);
  const child = states.find(({ depth }) => depth > 0);
  return {
    rewards: outcomes.map((outcome) => rewardOf(iteration, outcome)),
    groups: groups.map(({ slot }) => ({
      ...{ slot, mean: fraction(`mean ${iteration}.${slot}`), variance: 0.25, validRate: 2 / 3 },
      outcome: 'used' as const,
    })),
    born: outcomes.slice(0, 2).map((outcome) => birthOf(iteration, outcome, groups)),
    evicted: child ? [{ address: child.address, reason: 'mastered' }] : [],
    statistics: groups.slice(0, 1).map(({ stateAddress }) => ({
      ...{ address: stateAddress, visits: iteration, lastVisitedIteration: iteration },
      ...{ mean: fraction(`state ${iteration}`), variance: 0.1, successRate: 0.5 },
      childrenVariance: 0.01 * iteration,
    })),
    priors: config.competitions.train.map((competition) => ({
      ...{ competition, kind: 'draft', visits: iteration, mean: 0.5, variance: 0.2 },
    })),
    decisions: [{ subject: 'batch', decision: 'batch', reason: 'full' }],
  };
}

function rewardOf(iteration: number, { slot, sample, valid }: Outcome) {
  const used = valid;
  const advantage = used ? fraction(`advantage ${iteration}.${slot}.${sample}`) : null;
  return { slot, sample, reward: valid ? 0.75 : 0, advantage, used, reason: 'valid' as const };
}

function birthOf(iteration: number, outcome: Outcome, groups: readonly GroupRow[]) {
  const group = groups.find(({ slot }) => slot === outcome.slot)!;
  return {
    address: childAddress({ iteration, slot: outcome.slot, sample: outcome.sample }),
    competition: group.competition,
    kind: 'improve' as const,
    depth: 1,
    parentAddress: group.stateAddress,
    codeHash: outcome.codeHash,
  };
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** In (0, 1), from a text alone. */
const fraction = (text: string): number => (parseInt(hex(text).slice(0, 8), 16) + 1) / 2 ** 33;
