import type { RunErrors } from '../trouble/contract.ts';
import {
  type Block,
  failedBlock,
  moreBlock,
  retriedBlock,
  setbackBlock,
  stalledBlocks,
  standingBlock,
} from './error-blocks.ts';
import { Standing } from './live-view.ts';
import { padded, type Paint, wrapped } from './text.ts';

const label = 10;

/** What is wrong with a run, at most `width` columns wide but for commands and names, which stay whole. */
export function renderErrors(errors: RunErrors, now: number, paint: Paint, width = 80): string[] {
  const [open, mended] = [false, true].map((overcome) => ({
    failed: errors.failed.filter((step) => step.overcome === overcome),
    setbacks: errors.setbacks.filter((setback) => setback.overcome === overcome),
  })) as [Parted, Parted];
  const blocks = [
    ...standingBlock(errors),
    ...open.failed.map((step) => failedBlock(step, errors, now)),
    ...stalledBlocks(errors.stalled),
    ...errors.retried.map((step) => retriedBlock(step, errors, now)),
    ...[...open.setbacks, ...mended.setbacks].map((setback) => setbackBlock(setback, now)),
    ...mended.failed.map((step) => failedBlock(step, errors, now)),
    ...moreBlock(errors),
  ];
  const lines = blocks.flatMap((block) => ['', ...blockLines(block, paint, width)]);
  return [paint.strong(headOf(errors, open, mended)), ...lines];
}

type Parted = Pick<RunErrors, 'failed' | 'setbacks'>;

const isEmpty = ({ failed, setbacks }: Parted): boolean => failed.length + setbacks.length === 0;

function headOf(
  { run, status, failure, retried, stalled }: RunErrors,
  open: Parted,
  mended: Parted,
): string {
  const isWrong = failure !== null || retried.length + stalled.length > 0 || !isEmpty(open);
  if (isWrong || status === Standing.Stopped) return `${run} is ${status}`;
  return `${run} is ${status}: nothing is wrong${isEmpty(mended) ? '' : ' now'}`;
}

function blockLines(block: Block, paint: Paint, width: number): string[] {
  return block.flatMap(({ name, text, whole = false }, index) => {
    const lines = whole ? [text] : wrapped(text, width - label);
    const mark = index === 0 ? paint.strong : paint.faint;
    return lines.map((line, at) => mark(padded(at === 0 ? name : '', label)) + line);
  });
}
