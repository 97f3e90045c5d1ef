// @ts-check
/** Tells the steps of set-up, one calm line each. Needs no package, so that the bootstrap can use it. */

/** @typedef {{ part: string, state: 'doing' | 'done', detail: string, seconds: number }} Step */

const width = 80;
/** Where a line cannot be taken back, only a step that lasts is announced before it is done. */
const announceAfterMs = 1_000;
const timeShownFrom = 0.05;

/**
 * @param {NodeJS.WriteStream} out
 * @returns {(step: Step) => void}
 */
export function printSteps(out) {
  return out.isTTY ? onTerminal(out) : intoLog(out);
}

/** @param {NodeJS.WriteStream} out @returns {(step: Step) => void} */
function onTerminal(out) {
  const erase = '\r\x1b[2K';
  return (step) => out.write(`${erase}${stepLine(step)}${step.state === 'done' ? '\n' : ''}`);
}

/** @param {NodeJS.WriteStream} out @returns {(step: Step) => void} */
function intoLog(out) {
  /** @type {Map<string, NodeJS.Timeout>} */ const announcements = new Map();
  const print = (/** @type {Step} */ step) => out.write(`${stepLine(step)}\n`);
  return (step) => {
    if (step.state === 'done') {
      clearTimeout(announcements.get(step.part));
      announcements.delete(step.part);
      print(step);
    } else if (!announcements.has(step.part)) {
      announcements.set(step.part, setTimeout(print, announceAfterMs, step).unref());
    }
  };
}

/**
 * `✓ Python environment  installed   14 s`, at most 80 columns: the detail gives way.
 * @param {Step} step
 */
export function stepLine({ part, state, detail, seconds }) {
  const head = `${state === 'done' ? '✓' : '…'} ${part.padEnd(18)} `;
  const time = state === 'done' && seconds >= timeShownFrom ? duration(seconds) : '';
  const room = width - head.length - (time ? time.length + 1 : 0);
  const shown = detail.length > room ? `${detail.slice(0, room - 1)}…` : detail;
  return time ? `${head}${shown.padEnd(room)} ${time}` : `${head}${shown}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
