import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Competition } from '@ace/config';
import { InputError } from '@ace/config';
import { competitionIds, requireKnown } from './catalogue.ts';
import { readCompetition, readJson } from './config-file.ts';
import type { PreparedCompetition } from './contract.ts';

const smallestLeaderboard = 50;

/** The files of a prepared competition, in the order in which they enter its fingerprint. */
const files = [
  'competition.json',
  'leaderboard.json',
  'prepared/public/description.md',
  'prepared/public/train.csv',
  'prepared/public/test.csv',
  'prepared/public/sample_submission.csv',
  'prepared/private/answers.csv',
] as const;

/** Loads competition `id` from a folder of prepared ones; throws InputError that says what is wrong where. */
export function loadPrepared(folder: string, id: string): PreparedCompetition {
  requireKnown(id, competitionIds(folder), folder);
  const root = resolve(folder, id);
  for (const file of files) {
    if (!existsSync(join(root, file))) throw new InputError(`${join(root, file)}: is missing`);
  }
  const config = readCompetition(join(root, 'competition.json'));
  if (config.id !== id) throw new InputError(`${root}: id: expected "${id}", got "${config.id}"`);
  return {
    config,
    publicFolder: join(root, 'prepared', 'public'),
    privateFolder: join(root, 'prepared', 'private'),
    leaderboard: readLeaderboard(join(root, 'leaderboard.json'), config.direction),
    fingerprint: fingerprintOf(root),
  };
}

function readLeaderboard(path: string, direction: Competition['direction']): number[] {
  const scores = readJson(path);
  if (!isNumbers(scores) || scores.length < smallestLeaderboard) {
    throw new InputError(`${path}: expected an array of at least ${smallestLeaderboard} scores`);
  }
  const ordered = scores.every((score, index) => {
    const before = scores[index - 1] ?? score;
    return direction === 'maximize' ? before >= score : before <= score;
  });
  if (!ordered) throw new InputError(`${path}: expected the best score first (${direction})`);
  return scores;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

function fingerprintOf(root: string): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
