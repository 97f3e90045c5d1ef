import { readRun } from '@ace/buffer';
import type { ConfigSources } from '@ace/config';
import { type OnStep, serverNames, stopServers } from '@ace/infra';
import { ExitCode, RunEndedError } from '../errors.ts';
import { renderReport } from '../report/render-report.ts';
import { failureText, type LiveView, Standing } from '../view/live-view.ts';
import { type Output, screenOn } from '../view/screen.ts';
import { paintFor } from '../view/text.ts';
import { uiUrlOf } from '../view/ui-url.ts';
import { follow } from './follow.ts';
import { aborted } from './interruption.ts';
import { observerOf } from './observe.ts';
import { Opening, openRun, type OpenRequest } from './open-run.ts';
import { reportOn } from './report-on.ts';
import { openTraining, type TrainingSession } from './session.ts';

export interface TrainOptions {
  request: OpenRequest;
  sources: ConfigSources;
  /** Leave the run to the servers and the worker in the background. */
  detach: boolean;
  /** Results as JSON. */
  json: boolean;
  /** Where results go, and whether a person sits there. */
  results: Output;
  /** Where everything else goes. */
  progress: Output;
  onStep: OnStep;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/**
 * Trains in the foreground, from set-up to the report; with `detach` only as far as the start. Servers that
 * were not running before are ended with it; Ctrl-C ends them whoever started them.
 */
export async function train(options: TrainOptions): Promise<ExitCode> {
  const { detach, onStep, signal } = options;
  const session = await openTraining(onStep);
  let toEnd = session.mine;
  try {
    const { run, opening } = await openRun(session, options.request, options.sources);
    say(options, `\n${run}: ${openingWords(opening, session)}\n`);
    if (!detach) return await inForeground(session, run, opening, options);
    tellDetached(session, run, options);
    toEnd = [];
    return ExitCode.Ok;
  } finally {
    await session.close();
    await stopServers(session.home, onStep, signal.aborted ? serverNames : toEnd);
  }
}

const say = ({ progress }: TrainOptions, text: string): void => void progress.write(`${text}\n`);

function openingWords(opening: Opening, { mine }: TrainingSession): string {
  switch (opening) {
    case Opening.New:
      return 'a new run';
    case Opening.Attached:
      return mine.includes('worker')
        ? 'unfinished, goes on where it stopped'
        : 'under way, attached to it';
    case Opening.Resumed:
      return 'unfinished and closed, resumed from its record';
    case Opening.AlreadyFinished:
      return 'finished already, nothing is left to do';
  }
}

function tellDetached({ where }: TrainingSession, run: string, options: TrainOptions): void {
  const ui = uiUrlOf(where, run);
  if (options.json) {
    options.results.write(`${JSON.stringify({ run, ui })}\n`);
    return;
  }
  say(options, `It goes on in the background${ui ? `: ${ui}` : '.'}`);
  say(
    options,
    `Look at it with \`npm run ace -- watch ${run}\`; end everything with \`npm run ace -- down\`.`,
  );
}

async function inForeground(
  session: TrainingSession,
  run: string,
  opening: Opening,
  options: TrainOptions,
): Promise<ExitCode> {
  const { signal } = options;
  const last = opening === Opening.AlreadyFinished ? null : await watched(session, run, options);
  if (signal.aborted) {
    say(options, `\n${run} goes on from its record at the next start:\n  ${nextStart(run)}\n`);
    return ExitCode.Interrupted;
  }
  await tellReport(session, run, options);
  if (isAtTerminal(options)) {
    tellThatServersStay(session, run, options);
    await aborted(signal);
  }
  if (last && last.standing !== Standing.Finished) throw new RunEndedError(run, troubleOf(last));
  return ExitCode.Ok;
}

const nextStart = (run: string): string => `npm run ace -- train --name ${run}`;

const troubleOf = ({ run, standing, failure }: LiveView): string =>
  failure ? failureText(failure) : `${standing} before its end. To go on: ${nextStart(run)}`;

const isAtTerminal = ({ json, results }: TrainOptions): boolean => results.isTTY === true && !json;

/** The run as it was seen last; null when nothing was seen. */
async function watched(
  session: TrainingSession,
  run: string,
  options: TrainOptions,
): Promise<LiveView | null> {
  const screen = screenOn(options.progress);
  try {
    return await follow({
      ...{ screen, signal: options.signal, mend: session.mend },
      observer: observerOf(session, run),
      endWhenBlocked: !isAtTerminal(options),
    });
  } finally {
    screen.close();
  }
}

/** Says nothing of a run that failed before it had a record. */
async function tellReport(
  session: TrainingSession,
  run: string,
  { json, results }: TrainOptions,
): Promise<void> {
  const record = await readRun(session.db, run);
  if (!record) return;
  const report = await reportOn(session, record);
  const lines = json
    ? [JSON.stringify(report, null, 2)]
    : ['', ...renderReport(report, paintFor(results, process.env))];
  results.write(`${lines.join('\n')}\n`);
}

function tellThatServersStay({ where }: TrainingSession, run: string, options: TrainOptions): void {
  const ui = uiUrlOf(where, run);
  if (ui) say(options, `\nThe run in the Temporal UI:\n  ${ui}`);
  say(options, 'The servers stay up until Ctrl-C.');
}
