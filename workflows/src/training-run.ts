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
import { openControls } from './controls.ts';
import { openDisplay, type RunDisplay } from './display.ts';
import { evaluation } from './evaluation.ts';
import { openLimits } from './limits.ts';
import { scheduleOf } from './scheduled.ts';
import { Course, openStanding, type Standing } from './standing.ts';
import { SegmentEnd, untilStopped } from './stopping.ts';
import { Together } from './together.ts';
import { trainingIteration } from './training-iteration.ts';

/** A run: a chain of segments, each a pipeline of iterations that fills and drains. Its id is its name. */
export async function trainingRun(input: RunInput = {}, ...more: unknown[]): Promise<void> {
  const run = workflowInfo().workflowId;
  const given = 1 + more.length;
  const plan = await steps.openRun({ run, input, given, ...scheduleOf(workflowInfo()) });
  const first = firstOpenIteration(plan);
  const display = openDisplay(run, plan);
  const standing = openStanding(run, first - 1, display);
  const { passing, lastErrors } = openBlockade(run, plan, standing);
  openControls({ run, input, plan, standing, lastErrors });
  openLimits({ run, plan, standing, display });

  const open = { run, plan, standing, display, passing };
  const end = await untilStopped(open, () => trainSegment(open, first));
  if (end === SegmentEnd.Due) await continueAsNew<typeof trainingRun>(input);
}

interface OpenRun {
  run: string;
  plan: RunPlan;
  standing: Standing;
  display: RunDisplay;
  passing: (step: Step, work: () => Promise<void>) => Promise<void>;
}

/** From the first open iteration to the end of its segment, or of the run. */
async function trainSegment(open: OpenRun, first: number): Promise<SegmentEnd> {
  const { run, plan, standing, display, passing } = open;
  await passing({ name: 'initialise', iteration: 0 }, () => steps.initialise({ run }));
  await runSegment(open, first);
  const last = lastOf(plan, first);
  if (standing.admitted() < last) return SegmentEnd.Stopped;
  if (last < plan.iterations) return SegmentEnd.Due;

  const finish = { kind: PhaseKind.Finish, index: plan.iterations };
  await waiting.awaitTurn({ run, phase: finish });
  await records.finishRun({ run });
  display.status(RunStanding.Finished);
  return SegmentEnd.Finished;
}

/**
 * At most `pipelineDepth` iterations at once: the next one starts when the oldest has been learnt from, unless the
 * run is paused or stopping. A resumed segment also completes the evaluations that it began.
 */
async function runSegment(open: OpenRun, first: number): Promise<void> {
  const { plan, standing } = open;
  const earlier = segmentStart(plan, Math.min(first, plan.iterations)) - 1;
  const begun = new Together(range(earlier, first - 1).map((version) => evaluate(open, version)));
  let evaluated = first - 1;
  const evaluateUpTo = (version: number): void => {
    while (evaluated < version) void begun.add(evaluate(open, ++evaluated));
  };
  const running: Promise<void>[] = [];
  // Asked each time: a change of limits moves the last one, though never to before one that was begun.
  for (let iteration = first; iteration <= lastOf(plan, first); iteration++) {
    if (running.length === plan.pipelineDepth) await begun.until(running.shift()!);
    // What was learnt before a pause is measured within it.
    if (standing.course() !== Course.Running) evaluateUpTo(iteration - 1);
    if (!(await begun.until(standing.admit(iteration)))) break;
    running.push(begun.add(iterate(open, iteration)));
    evaluateUpTo(iteration - 1);
  }
  evaluateUpTo(standing.admitted());
  await begun.all();
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

/** The last iteration of the segment that goes on with `first`, which lies behind the run's last when all are learnt. */
const lastOf = (plan: RunPlan, first: number): number =>
  segmentEnd(plan, Math.min(first, plan.iterations));

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The first iteration that the record does not show as learnt; one past the last when all are. */
const firstOpenIteration = (plan: RunPlan): number => learntUpTo(plan, plan.cursor) + 1;
