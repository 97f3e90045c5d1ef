import type { AcceptedChange, Competition } from '@ace/config';
import type { Standing } from '../view/live-view.ts';
import { type Failure } from '../view/live-view.ts';
import type { BestProgram, CompetitionReport, RunReport } from './contract.ts';
import { learntChoices, type Vocabulary } from './learnt.ts';
import { type Draft, type Drafts, measure } from './measure.ts';

/** A closed root draft of the fixed evaluation. */
export interface EvaluatedDraft extends Draft {
  competition: string;
  /** Decides the order in which steps are counted. */
  sample: number;
  tokens: readonly number[];
}

/** The fixed evaluation of one policy version, as far as it got. */
export interface EvaluatedVersion {
  version: number;
  /** Drafts closed and not lost. */
  drafts: readonly EvaluatedDraft[];
  /** Drafts closed as lost: part of no figure. */
  lost: number;
  /** Drafts that the whole evaluation has. */
  expected: number;
}

export interface ReportInput {
  run: string;
  standing: Standing;
  failure: Failure | null;
  iterations: { learnt: number; all: number };
  changes: readonly AcceptedChange[];
  executions: number;
  evaluationExecutions: number;
  seconds: number;
  before: EvaluatedVersion;
  after: EvaluatedVersion | null;
  /** Those of the run, trained-on first. */
  competitions: readonly Competition[];
  best: ReadonlyMap<string, BestProgram>;
  /** null when the policy speaks no grammar. */
  vocabulary: Vocabulary | null;
}

/** Everything that a report says, from plain data. */
export function buildReport(input: ReportInput): RunReport {
  const { run, standing, failure, iterations, before, after } = input;
  const missing = missingOf(input);
  return {
    run,
    standing,
    complete: missing === null,
    missing,
    iterations,
    changes: input.changes,
    versions: { before: before.version, after: after?.version ?? null },
    executions: input.executions,
    evaluationExecutions: input.evaluationExecutions,
    seconds: input.seconds,
    ...measureSplit(input, 'train'),
    heldOut: measureSplit(input, 'held-out'),
    competitions: input.competitions.map((competition) => competitionReport(input, competition)),
    learnt: input.vocabulary
      ? learntChoices(input.vocabulary, tokensOf(before), tokensOf(after))
      : [],
    failure,
  };
}

function missingOf({ iterations, before, after }: ReportInput): string | null {
  const missing = [
    ...(iterations.learnt < iterations.all
      ? [`${iterations.all - iterations.learnt} of ${iterations.all} iterations`]
      : []),
    ...missingDrafts(before),
    ...(after ? missingDrafts(after) : ['the evaluation of a later version']),
  ];
  return missing.length === 0 ? null : missing.join(', ');
}

function missingDrafts({ version, drafts, lost, expected }: EvaluatedVersion): string[] {
  const open = expected - drafts.length - lost;
  return open > 0 ? [`${open} of ${expected} drafts of version ${version}'s evaluation`] : [];
}

function measureSplit(input: ReportInput, split: Competition['split']) {
  const ids = input.competitions.filter((c) => c.split === split).map((c) => c.id);
  return measure(draftsOf(input.before, ids), draftsOf(input.after, ids));
}

function competitionReport(input: ReportInput, competition: Competition): CompetitionReport {
  const { id, split, metric, direction } = competition;
  const best = input.best.get(id) ?? null;
  const measured = measure(draftsOf(input.before, [id]), draftsOf(input.after, [id]));
  return { id, split, metric, direction, ...measured, bestScore: best?.score ?? null, best };
}

function draftsOf(evaluated: EvaluatedVersion | null, ids: readonly string[]): Drafts {
  const drafts = [...(evaluated?.drafts ?? [])].sort((a, b) => a.sample - b.sample);
  return ids.map((id) => drafts.filter((draft) => draft.competition === id));
}

const tokensOf = (evaluated: EvaluatedVersion | null): (readonly number[])[] =>
  (evaluated?.drafts ?? []).map((draft) => draft.tokens);
