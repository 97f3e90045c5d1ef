import {
  type GroupRow,
  forgetRequest,
  inPhase,
  lastRequest,
  readCompletions,
  readGroups,
  readStates,
  readVersion,
  storeCompletions,
  storePrompt,
  storeRequest,
} from '@ace/buffer';
import { sha256 } from '@ace/buffer/artifacts';
import {
  type Competition,
  type GroupAddress,
  type Phase,
  PhaseKind,
  type RunConfig,
  Track,
} from '@ace/config';
import { addressedSeed } from '@ace/curriculum';
import { FaultPoint, faultPoint } from '@ace/faults';
import {
  type Completion,
  EngineLostError,
  type PolicyEngine,
  type SampleRequest,
} from '@ace/policy';
import { normaliseCode, type PromptView } from '@ace/policy/grammar';
import type { ActivityDeps } from './deps.ts';
import { whileAlive } from './liveness.ts';
import { requireRun } from './run.ts';
import type { EvaluationInput, IterationInput } from './types.ts';

/** Everything that making one group's attempts needs. */
interface Generation {
  deps: ActivityDeps;
  engine: PolicyEngine;
  config: RunConfig;
  group: GroupAddress;
  row: GroupRow;
  phase: Phase;
  samples: number;
}

/** Making the attempts of chosen states: the second half of act. */
export function generateActivities(deps: ActivityDeps) {
  return {
    /** Generates and stores every attempt of an iteration, then lets the next phase act. */
    generate({ run, iteration }: IterationInput): Promise<void> {
      const phase = { kind: PhaseKind.Act, index: iteration };
      return generateAll(deps, { run, track: Track.Train, iteration }, phase);
    },

    /** Generates and stores the root drafts of an evaluation, then lets the next phase act. */
    generateEvaluation({ run, version }: EvaluationInput): Promise<void> {
      const phase = { kind: PhaseKind.Evaluate, index: version };
      return generateAll(deps, { run, track: Track.Evaluation, iteration: version }, phase);
    },
  };
}

async function generateAll(
  deps: ActivityDeps,
  at: Omit<GroupAddress, 'slot'>,
  phase: Phase,
): Promise<void> {
  const { config } = await requireRun(deps, at.run);
  const rows = await readGroups(deps.db, at.run, at.track, at.iteration);
  const engine = deps.engineOf(config);
  const samples =
    at.track === Track.Train ? config.groupSize : config.evaluation.samplesPerCompetition;
  await whileAlive(async (signal) => {
    const generations = rows.map((row) => ({
      ...{ deps, engine, config, row, phase, samples },
      group: { ...at, slot: row.slot },
    }));
    await Promise.all(generations.map((generation) => generateGroup(generation, signal)));
    faultPoint(FaultPoint.AttemptsMade);
    await inPhase(deps.db, at.run, phase, () => Promise.resolve(), { last: true });
    faultPoint(FaultPoint.PhaseMovedOn);
  });
}

/** Stored before used: what a crash leaves behind is found here and not asked for again. */
async function generateGroup(generation: Generation, signal: AbortSignal): Promise<void> {
  const { deps, group, phase, samples } = generation;
  if ((await readCompletions(deps.db, group)).length === samples) return;
  const request = await requestOf(generation);
  faultPoint(FaultPoint.PromptStored);
  const completions = await sampled(generation, request, signal);
  faultPoint(FaultPoint.CompletionsReceived);
  const competition = competitionOf(generation);
  const rows = await Promise.all(
    completions.map((completion, sample) => attemptRow(deps, competition, completion, sample)),
  );
  faultPoint(FaultPoint.ProgramStored);
  await storeCompletions(deps.db, group, phase, rows);
  faultPoint(FaultPoint.CompletionStored);
}

async function requestOf({
  deps,
  group,
  row,
  config,
  samples,
}: Generation): Promise<SampleRequest> {
  const view = await promptView(deps, group, row);
  const prompt = await storePrompt(deps.db, group, deps.grammar.encodePrompt(view));
  const version = await readVersion(deps.db, group.run, row.version);
  if (!version) throw new Error(`policy version ${row.version} is not published yet`);
  return {
    modelPath: version.samplerPath,
    prompt,
    samples,
    maxTokens: deps.grammar.decisions.length,
    temperature: config.sampling.temperature,
    seed: seedOf(config, group),
  };
}

/** An evaluation draws the same seeds for every version, so that versions are compared on equal luck. */
function seedOf({ seed }: RunConfig, group: GroupAddress): number {
  const parts =
    group.track === Track.Train
      ? ['train', group.iteration, group.slot]
      : ['evaluation', group.slot];
  return addressedSeed({ seed, purpose: 'generate', parts });
}

/** Sends the request, or polls the one that an earlier try sent; what the engine forgot is sent again. */
async function sampled(
  { deps, engine, group }: Generation,
  request: SampleRequest,
  signal: AbortSignal,
): Promise<Completion[]> {
  for (;;) {
    const sent = (await lastRequest(deps.db, group)) ?? (await send(deps, engine, group, request));
    try {
      return await engine.awaitSamples(sent.requestId, signal);
    } catch (error) {
      if (!(error instanceof EngineLostError)) throw error;
      await forgetRequest(deps.db, group, sent.requestId, error.message);
    }
  }
}

async function send(
  deps: ActivityDeps,
  engine: PolicyEngine,
  group: GroupAddress,
  request: SampleRequest,
): Promise<{ requestId: string }> {
  const { requestId } = await engine.requestSamples(request);
  faultPoint(FaultPoint.RequestSent);
  await storeRequest(deps.db, group, { requestId, seed: request.seed });
  faultPoint(FaultPoint.RequestStored);
  return { requestId };
}

async function promptView(
  deps: ActivityDeps,
  group: GroupAddress,
  row: GroupRow,
): Promise<PromptView> {
  const { config: competition } = prepared(deps, row.competition);
  const isRoot = group.track === Track.Evaluation;
  const [state] = isRoot ? [] : await readStates(deps.db, group.run, [row.stateAddress]);
  return { competition, kind: row.kind, parent: state?.parent ?? null };
}

async function attemptRow(
  deps: ActivityDeps,
  competition: Competition,
  { tokens, logprobs }: Completion,
  sample: number,
) {
  const code = deps.grammar.render(tokens, competition);
  const codeSha = await deps.artifacts.put(code);
  return { sample, tokens, logprobs, codeSha, codeHash: sha256(normaliseCode(code)) };
}

const competitionOf = ({ deps, row }: Generation): Competition =>
  prepared(deps, row.competition).config;

/** @throws when this machine lacks a competition that the run's config names. */
export function prepared(deps: ActivityDeps, id: string) {
  const competition = deps.competitions.get(id);
  if (!competition) throw new Error(`competition ${id} is not prepared on host ${deps.host}`);
  return competition;
}
