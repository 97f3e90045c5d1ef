import type { RunPlan } from '@ace/activities';
import {
  evaluationWorkflowId,
  isEvaluated,
  iterationWorkflowId,
  PhaseKind,
  phasesOf,
  type RunInput,
  segmentEnd,
  segmentStart,
} from '@ace/config/pure';
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { records, steps, waiting } from './activities.ts';
import { openBlockade, type Step } from './blockade.ts';
import { runChild } from './children.ts';
import { evaluation } from './evaluation.ts';
import { trainingIteration } from './training-iteration.ts';

/** A run: a chain of segments, each a pipeline of iterations that fills and drains. Its id is its name. */
export async function trainingRun(input: RunInput = {}, ...more: unknown[]): Promise<void> {
  const run = workflowInfo().workflowId;
  const plan = await records.openRun({ run, input, given: 1 + more.length });
  const { passing } = openBlockade(run, plan);
  await passing({ name: 'initialise', iteration: 0 }, () => steps.initialise({ run }));

  const first = firstOpenIteration(plan);
  const last = segmentEnd(plan, Math.min(first, plan.iterations));
  await runSegment({ run, plan, passing }, first, last);
  if (last < plan.iterations) await continueAsNew<typeof trainingRun>(input);

  const finish = { kind: PhaseKind.Finish, index: plan.iterations };
  await waiting.awaitTurn({ run, phase: finish });
  await records.finishRun({ run });
}

interface OpenRun {
  run: string;
  plan: RunPlan;
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

const iterate = ({ run, passing }: OpenRun, iteration: number): Promise<void> =>
  passing({ name: `iteration ${iteration}`, iteration }, () =>
    runChild(trainingIteration, iterationWorkflowId(run, iteration), { run, iteration }),
  );

/** Waits for its own turn, so it may be started early; a version that is not evaluated costs nothing. */
async function evaluate({ run, plan, passing }: OpenRun, version: number): Promise<void> {
  if (!isEvaluated(plan, version)) return;
  await passing({ name: `evaluation of version ${version}`, iteration: version }, () =>
    runChild(evaluation, evaluationWorkflowId(run, version), { run, version }),
  );
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The first iteration that the record does not show as learnt; one past the last when all are. */
function firstOpenIteration(plan: RunPlan): number {
  const learnt = phasesOf(plan)
    .slice(0, plan.cursor)
    .filter(({ kind }) => kind === PhaseKind.Learn);
  return learnt.length + 1;
}
