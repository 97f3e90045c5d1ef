import type { Place, SetbackView } from '../trouble/contract.ts';
import { plural } from './text.ts';

/** `iteration 3, group 0, attempt 2: grade`: as much of it as there is. */
export function placeWords({ step, ...place }: Place & { step?: string }): string {
  const { iteration, evaluation, group, attempt } = place;
  const parts = [
    iteration === null ? '' : `iteration ${iteration}`,
    evaluation === null ? '' : `evaluation of version ${evaluation}`,
    group === null ? '' : `group ${group}`,
    attempt === null ? '' : `attempt ${attempt}`,
  ];
  const where = parts.filter(Boolean).join(', ');
  return [where, step].filter(Boolean).join(': ');
}

export const triesWords = (tries: number): string =>
  tries === 1 ? '1 try failed' : `${tries.toLocaleString('en-US')} tries failed`;

/** `2 executions lost, the last: iteration 1, group 0, attempt 2, on north`. */
export function setbackWords(setback: SetbackView): string {
  const { kind, count, host } = setback;
  const last = count > 1 ? ', the last' : '';
  const where = [placeWords(setback), host === null ? '' : `on ${host}`].filter(Boolean).join(', ');
  return `${nouns[kind](count)}${last}: ${where}`;
}

const nouns: Readonly<Record<SetbackView['kind'], (count: number) => string>> = {
  execution: (count) => `${plural(count, 'execution')} lost`,
  request: (count) => `${plural(count, 'sampling request')} forgotten by the engine`,
  epoch: (count) => `${plural(count, 'model')} on the engine replaced`,
  attempt: (count) => `${plural(count, 'attempt')} given up`,
};
