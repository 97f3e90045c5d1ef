import {
  bestPrograms,
  type Database,
  type Outcome,
  progress,
  readGroups,
  readOutcomes,
  type RunRecord,
  trainingCounts,
} from '@ace/buffer';
import type { ArtifactStore } from '@ace/buffer/artifacts';
import { loadCatalogue } from '@ace/competitions';
import { type Competition, PhaseKind, phasesOf, type RunConfig, Track } from '@ace/config';
import { rewardOf } from '@ace/curriculum';
import type { Failure, Standing } from '../view/live-view.ts';
import { buildReport, type EvaluatedDraft, type EvaluatedVersion } from './build-report.ts';
import type { BestProgram, RunReport } from './contract.ts';
import type { Vocabulary } from './learnt.ts';

/** Reads everything that a report says of a run from the record. */
export async function gatherReport(
  { db, artifacts }: { db: Database; artifacts: ArtifactStore },
  record: RunRecord,
  { standing, failure }: { standing: Standing; failure: Failure | null },
  now = new Date(),
): Promise<RunReport> {
  const { run, config, changes, createdAt, finishedAt } = record;
  const competitions = competitionsOf(config);
  const [counts, training] = await Promise.all([progress(db, run), trainingCounts(db, run)]);
  return buildReport({
    ...{ run, standing, failure, competitions, changes },
    iterations: { learnt: phasesPast(record, PhaseKind.Learn).length, all: config.iterations },
    executions: training.executions,
    evaluationExecutions: counts?.evaluation.closed ?? 0,
    seconds: ((finishedAt ?? now).getTime() - createdAt.getTime()) / 1000,
    before: await readEvaluation(db, record, competitions, 0),
    after: await newestEvaluation(db, record, competitions),
    best: await readBest(db, artifacts, run, competitions),
    vocabulary: await vocabularyOf(config),
  });
}

/** Only the embedded engine's policy speaks a grammar; other engines' tokens mean something else. */
async function vocabularyOf({ engine }: RunConfig): Promise<Vocabulary | null> {
  if (engine.kind !== 'embedded') return null;
  const { pipelineGrammar } = await import('@ace/policy/grammar');
  return pipelineGrammar;
}

/** The run's competitions, trained-on first; what is held out is the run's to say. */
function competitionsOf({ competitions: { train, heldOut } }: RunConfig): Competition[] {
  const catalogue = new Map(loadCatalogue().map((competition) => [competition.id, competition]));
  const known = (id: string, split: Competition['split']): Competition => {
    const competition = catalogue.get(id);
    if (competition) return { ...competition, split };
    throw new Error(`competition "${id}" of this run is no longer in the catalogue`);
  };
  return [...train.map((id) => known(id, 'train')), ...heldOut.map((id) => known(id, 'held-out'))];
}

/** Indices of the phases of a kind that are over. */
const phasesPast = ({ config, cursor }: RunRecord, kind: PhaseKind): number[] =>
  phasesOf(config)
    .slice(0, cursor)
    .filter((phase) => phase.kind === kind)
    .map((phase) => phase.index);

/** The newest version after 0 that is measured whole; without one the newest that is measured in part. */
async function newestEvaluation(
  db: Database,
  record: RunRecord,
  competitions: readonly Competition[],
): Promise<EvaluatedVersion | null> {
  const versions = phasesPast(record, PhaseKind.Evaluate).filter((version) => version > 0);
  let partly: EvaluatedVersion | null = null;
  for (const version of versions.reverse()) {
    const evaluated = await readEvaluation(db, record, competitions, version);
    if (evaluated.drafts.length + evaluated.lost === evaluated.expected) return evaluated;
    if (evaluated.drafts.length > 0) partly ??= evaluated;
  }
  return partly;
}

async function readEvaluation(
  db: Database,
  { run, config }: RunRecord,
  competitions: readonly Competition[],
  version: number,
): Promise<EvaluatedVersion> {
  const [groups, outcomes] = await Promise.all([
    readGroups(db, run, Track.Evaluation, version),
    readOutcomes(db, run, Track.Evaluation, version),
  ]);
  const bySlot = new Map(groups.map(({ slot, competition }) => [slot, competition]));
  const closed = outcomes.filter((outcome) => outcome.closed && !outcome.lost);
  const drafts = competitions.flatMap((competition) =>
    closed
      .filter(({ slot }) => bySlot.get(slot) === competition.id)
      .map((outcome) => draftOf(outcome, competition, config)),
  );
  const expected = competitions.length * config.evaluation.samplesPerCompetition;
  return { version, drafts, lost: outcomes.filter(({ lost }) => lost).length, expected };
}

function draftOf(
  outcome: Outcome,
  { id, direction }: Competition,
  config: RunConfig,
): EvaluatedDraft {
  const { sample, valid, tokens } = outcome;
  const { reward } = rewardOf({ grade: outcome, parent: null, direction, config: config.reward });
  return { competition: id, sample, valid, tokens, reward: reward ?? 0 };
}

async function readBest(
  db: Database,
  artifacts: ArtifactStore,
  run: string,
  competitions: readonly Competition[],
): Promise<Map<string, BestProgram>> {
  const directions = Object.fromEntries(competitions.map(({ id, direction }) => [id, direction]));
  const best = await bestPrograms(db, run, directions);
  return new Map(
    best.map(({ competition, codeSha, ...program }) => [
      competition,
      { ...program, path: artifacts.pathOf(codeSha) },
    ]),
  );
}
