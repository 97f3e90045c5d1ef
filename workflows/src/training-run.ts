import type { RunPlan } from '@ace/activities';
import {
  evaluationWorkflowId,
  isEvaluated,
  iterationWorkflowId,
  learntUpTo,
  PhaseKind,
  type RunInput,
  RunStanding,
  segmentEnd,
  segmentStart,
} from '@ace/config/pure';
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { records, steps, waiting } from './activities.ts';
import { openBlockade, type Step } from './blockade.ts';
import { evaluationDisplay, iterationDisplay } from './child-display.ts';
import { runChild } from './children.ts';
import { openDisplay, type RunDisplay } from './display.ts';
import { evaluation } from './evaluation.ts';
import { trainingIteration } from './training-iteration.ts';

/** A run: a chain of segments, each a pipeline of iterations that fills and drains. Its id is its name. */
export async function trainingRun(input: RunInput = {}): Promise<void> {
  const run = workflowInfo().workflowId;
  const plan = await records.openRun({ run, input });
  const display = openDisplay(run, plan);
  const { passing } = openBlockade(run, plan, display);
  await passing({ name: 'initialise', iteration: 0 }, () => steps.initialise({ run }));

  const first = firstOpenIteration(plan);
  const last = segmentEnd(plan, Math.min(first, plan.iterations));
  await runSegment({ run, plan, display, passing }, first, last);
  if (last < plan.iterations) await continueAsNew<typeof trainingRun>(input);

  const finish = { kind: PhaseKind.Finish, index: plan.iterations };
  await waiting.awaitTurn({ run, phase: finish });
  await records.finishRun({ run });
  display.status(RunStanding.Finished);
}

interface OpenRun {
  run: string;
  plan: RunPlan;
  display: RunDisplay;
  passing: (step: Step, work: () => Promise<void>) => Promise<void>;
}

/**
 * At most `pipelineDepth` iterations at once: the next one starts when the oldest has been learnt from. A
 * resumed segment also completes the evaluations that it began.
 */
async function runSegment(open: OpenRun, first: number, last: number): Promise<void> {
  const earlier = segmentStart(open.plan, Math.min(first, last)) - 1;
  const evaluations = range(earlier, first - 1).map((version) => evaluate(open, version));
  const running: Promise<void>[] = [];
  for (let iteration = first; iteration <= last; iteration++) {
    if (running.length === open.plan.pipelineDepth) await running.shift();
    running.push(iterate(open, iteration));
    if (iteration > first) evaluations.push(evaluate(open, iteration - 1));
  }
  if (last >= first) evaluations.push(evaluate(open, last));
  await Promise.all([...running, ...evaluations]);
}

function iterate({ run, display, passing }: OpenRun, iteration: number): Promise<void> {
  display.begun(iteration);
  return passing({ name: `iteration ${iteration}`, iteration }, async () => {
    const id = iterationWorkflowId(run, iteration);
    const shown = iterationDisplay(iteration);
    display.learnt(iteration, await runChild(trainingIteration, id, { run, iteration }, shown));
  });
}

/** Waits for its own turn, so it may be started early; a version that is not evaluated costs nothing. */
async function evaluate({ run, plan, passing }: OpenRun, version: number): Promise<void> {
  if (!isEvaluated(plan, version)) return;
  const [id, shown] = [evaluationWorkflowId(run, version), evaluationDisplay(version)];
  await passing({ name: `evaluation of version ${version}`, iteration: version }, () =>
    runChild(evaluation, id, { run, version }, shown),
  );
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The first iteration that the record does not show as learnt; one past the last when all are. */
const firstOpenIteration = (plan: RunPlan): number => learntUpTo(plan, plan.cursor) + 1;
