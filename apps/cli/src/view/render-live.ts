import { StateKind } from '@ace/config';
import { type ByKind, failureText, type LiveView, type SlotView, Standing } from './live-view.ts';
import {
  bar,
  cut,
  duration,
  fixed,
  padded,
  paddedLeft,
  type Paint,
  percent,
  sparkline,
  widthOf,
  wrapped,
} from './text.ts';

const kinds = Object.values(StateKind);
const label = 11;
const indent = 2;
const mostSlots = 8;
const mostReasonLines = 6;

/** The live view of a run, at most `width` columns wide (an address may be wider: it must stay whole). */
export function renderLive(view: LiveView, paint: Paint, width = 80): string[] {
  return [
    headOf(view, paint, width),
    '',
    ...progressOf(view, width),
    '',
    ...nowOf(view, paint, width),
    ...learntOf(view, paint, width),
    row('buffer', countsOf(view.states), paint),
    ...(view.uiUrl ? [row('Temporal', view.uiUrl, paint)] : []),
    ...(view.failure ? ['', ...failureLines(view, paint, width)] : []),
  ];
}

const row = (name: string, text: string, paint: Paint): string =>
  `${paint.faint(padded(name, label))}${text}`;

function headOf(view: LiveView, paint: Paint, width: number): string {
  const right = `iteration ${view.iteration} of ${view.iterations}`;
  const standing = standingWord(view.standing, paint);
  const room = width - widthOf(standing) - right.length - 4;
  const left = `${paint.strong(cut(view.run, room))}  ${standing}`;
  return left + paddedLeft(right, width - widthOf(left));
}

function standingWord(standing: Standing, paint: Paint): string {
  switch (standing) {
    case Standing.Running:
    case Standing.Finished:
      return paint.good(standing);
    case Standing.Blocked:
    case Standing.Failed:
      return paint.bad(standing);
    case Standing.Paused:
    case Standing.Stopping:
    case Standing.Stopped:
      return paint.strong(standing);
  }
}

function progressOf({ attempts, secondsLeft }: LiveView, width: number): string[] {
  const share = attempts.all === 0 ? 0 : attempts.done / attempts.all;
  const left = secondsLeft === null ? '' : ` · about ${duration(secondsLeft)} left`;
  const words = `${attempts.done} of ${attempts.all} attempts · ${percent(share)}${left}`;
  return [bar(share, width), words];
}

function nowOf(view: LiveView, paint: Paint, width: number): string[] {
  const shown = view.slots.slice(0, mostSlots);
  const cells = shown.map((slot) => slotCell(slot, Math.floor((width - indent) / 2)));
  const lines = cells.flatMap((cell, index) =>
    index % 2 === 0 ? [indented(`${cell}${cells[index + 1] ?? ''}`)] : [],
  );
  const hidden = view.slots.length - shown.length;
  if (hidden > 0) lines.push(indented(`and ${hidden} more groups`));
  return [row('now', cut(phaseAndEvaluation(view), width - label), paint), ...lines];
}

function phaseAndEvaluation({ phase, evaluation: { done, all } }: LiveView): string {
  return done < all ? `${phase} · evaluation ${done} of ${all}` : phase;
}

const indented = (text: string): string => ' '.repeat(indent) + text.trimEnd();

function slotCell({ slot, competition, kind, done, all }: SlotView, width: number): string {
  const end = ` ${padded(kind, 7)} ${paddedLeft(`${done}/${all}`, 5)}  `;
  const start = `${slot} `;
  const room = width - start.length - end.length;
  return start + padded(cut(competition, room), room) + end;
}

function learntOf({ learnt, rewards }: LiveView, paint: Paint, width: number): string[] {
  if (!learnt) return [row('learnt', 'nothing before the first iteration ends', paint)];
  const { iteration, validRate, meanReward } = learnt;
  const mean = `mean ${fixed(meanReward, 3)}`;
  return [
    row('valid', `${ratesOf(validRate)} · iteration ${iteration}`, paint),
    row('reward', `${mean}  ${sparkline(rewards, width - label - mean.length - 2)}`, paint),
  ];
}

const ratesOf = (rates: ByKind<number | null>): string =>
  kinds.map((kind) => `${kind} ${percent(rates[kind])}`).join(' · ');

const countsOf = (states: ByKind<number>): string =>
  `${kinds.map((kind) => `${states[kind]} ${kind}`).join(' · ')} states`;

function failureLines({ failure }: LiveView, paint: Paint, width: number): string[] {
  if (!failure) return [];
  const part = (name: string, text: string): string[] =>
    wrapped(text, width - label)
      .slice(0, mostReasonLines)
      .map((line, index) => row(index === 0 ? name : '', cut(line, width - label), paint));
  return [
    ...part('failed', failure.step).map(paint.bad),
    ...part('because', failure.reason),
    ...part('to do', `${failure.remedy}:`),
    row('', failure.command, paint),
  ];
}

/** The same in one line, for a log. */
export function renderLine(view: LiveView): string {
  const { learnt, attempts, secondsLeft, failure } = view;
  return [
    `${view.run} ${view.standing}`,
    `iteration ${view.iteration} of ${view.iterations}`,
    phaseAndEvaluation(view),
    `${attempts.done} of ${attempts.all} attempts`,
    ...(learnt ? [`valid ${ratesOf(learnt.validRate).replaceAll(' · ', ', ')}`] : []),
    ...(learnt ? [`mean reward ${fixed(learnt.meanReward, 3)}`] : []),
    countsOf(view.states).replaceAll(' · ', ', '),
    ...(secondsLeft === null ? [] : [`about ${duration(secondsLeft)} left`]),
    ...(failure ? [failureText(failure)] : []),
  ].join(' · ');
}
