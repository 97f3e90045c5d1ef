import type { FailedStep, RunErrors, SetbackView, Stalled, Trouble } from '../trouble/contract.ts';
import { placeWords, setbackWords, triesWords } from './error-words.ts';
import { Standing } from './live-view.ts';
import { duration } from './text.ts';

/** One line of a block; more where the text has to be wrapped. */
interface Row {
  name: string;
  text: string;
  /** Not to be wrapped: a command, a workflow's id. */
  whole?: true;
}

/** What is told of one trouble. */
export type Block = Row[];

/** What stands in the run's way and what a person has to do; none when it goes on by itself. */
export function standingBlock({ run, status, worker, failure }: RunErrors): Block[] {
  if (failure) {
    const { step, reason, remedy, command } = failure;
    return [[{ name: status, text: step }, because(reason), ...toDo(`${remedy}:`, command)]];
  }
  const goOn = toDo('go on with it:', `npm run ace -- train --name ${run}`);
  if (status === Standing.Stopped) {
    return [[{ name: status, text: 'no workflow works on it' }, ...goOn]];
  }
  if (status !== Standing.Running || worker) return [];
  return [[{ name: 'waiting', text: 'no worker is at work here' }, ...goOn]];
}

/** Where a workflow failed, and over what; the reason is left out where it is that of the whole run. */
export function failedBlock(step: FailedStep, errors: RunErrors, now: number): Block {
  const { reason, tries, since, failedAt, overcome, workflow } = step;
  const { failure } = errors;
  return [
    { name: overcome ? 'mended' : 'where', text: placeWords(step) },
    ...(failure?.reason === reason ? [] : [because(reason)]),
    { name: 'tried', text: `${triesWords(tries)} in ${between(since, Date.parse(failedAt))}` },
    {
      name: 'when',
      text: `${between(failedAt, now)} ago${overcome ? '; started again since' : ''}`,
    },
    ...(failure === null || overcome ? [] : groupAlone(step, errors)),
    { name: 'workflow', text: workflow, whole: true },
  ];
}

/** One group tells whether the cause is mended, before everything goes on. */
function groupAlone({ iteration, group }: FailedStep, { run }: RunErrors): Block {
  if (iteration === null || group === null) return [];
  const command = `npm run ace -- replay ${run} --iteration ${iteration} --mode retry --group ${group}`;
  return [
    { name: 'to try', text: 'this group alone, to see whether the cause is mended:' },
    { name: '', text: command, whole: true },
  ];
}

export function retriedBlock(step: Trouble, { giveUpAfterSeconds }: RunErrors, now: number): Block {
  return [
    { name: 'retried', text: placeWords(step) },
    because(step.reason),
    { name: 'tried', text: `${triesWords(step.tries)} in ${between(step.since, now)}` },
    ...retriedRemedy(step.step, giveUpAfterSeconds),
    { name: 'workflow', text: step.workflow, whole: true },
  ];
}

/** One for each workflow that waits. */
export const stalledBlocks = (all: readonly Stalled[]): Block[] =>
  [...new Set(all.map(({ workflow }) => workflow))].map((workflow) => {
    const over = all.filter((one) => one.workflow === workflow).map(placeWords);
    return [
      { name: 'waits', text: `${workflow} waits for what is over: ${over.join('; ')}` },
      because('it was reset to a point after that began, and was closed when that ended'),
      { name: 'to do', text: 'nothing: a worker that is at work wakes it within half a minute' },
    ];
  });

/** Of these nobody loses patience: they wait, or it is the record itself that does not answer. */
const untilItWorks: readonly string[] = [
  'awaitTurn',
  'followWorkflow',
  'openRun',
  'recordFailure',
  'clearFailure',
  'finishRun',
];

function retriedRemedy(step: string, giveUpAfterSeconds: number): Block {
  if (step === 'workflow task') {
    return [
      { name: 'to do', text: 'start a worker of the release that began the run, and read its log' },
    ];
  }
  const end = untilItWorks.includes(step) ? '' : ` for ${duration(giveUpAfterSeconds)} at most`;
  return toDo(`nothing: it is tried again${end}. What does not answer:`, 'npm run ace -- doctor');
}

export function setbackBlock(setback: SetbackView, now: number): Block {
  const { kind, reason, overcome, lastAt } = setback;
  const since = overcome ? 'done again since' : open[kind];
  return [
    { name: overcome ? 'mended' : 'lost', text: setbackWords(setback) },
    because(reason),
    { name: 'when', text: `${between(lastAt, now)} ago; ${since}` },
  ];
}

/** What comes of a setback that is not made up for yet. */
const open: Readonly<Record<SetbackView['kind'], string>> = {
  execution: 'is executed again when the run goes on',
  request: 'is sent again when the run goes on',
  epoch: 'is done again when the run goes on',
  attempt: 'the run goes on without it',
};

export function moreBlock({ setbacks, setbacksInAll }: RunErrors): Block[] {
  const more = setbacksInAll - setbacks.length;
  return more === 0 ? [] : [[{ name: 'and', text: `${more} more kinds of losses before these` }]];
}

const because = (reason: string): Row => ({ name: 'because', text: reason });

const toDo = (text: string, command: string): Block => [
  { name: 'to do', text },
  { name: '', text: command, whole: true },
];

const between = (time: string, until: number): string =>
  duration((until - Date.parse(time)) / 1000);
