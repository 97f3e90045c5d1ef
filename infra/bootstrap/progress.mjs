// @ts-check
/** Tells the steps of set-up, one calm line each. Needs no package, so that the bootstrap can use it. */

const width = 80;
/** Shorter steps are told when they are done, unless a terminal can take the line back. */
const worthTelling = 0.05;

/**
 * @param {NodeJS.WriteStream} out
 * @returns {(step: { part: string, state: 'doing' | 'done', detail: string, seconds: number }) => void}
 */
export function printSteps(out) {
  const takesBack = out.isTTY === true;
  /** @type {Set<string>} */ const told = new Set();
  return ({ part, state, detail, seconds }) => {
    const erase = takesBack ? '\r\x1b[2K' : '';
    if (state === 'done') {
      const time = seconds >= worthTelling ? duration(seconds) : '';
      out.write(`${erase}${stepLine('✓', part, detail, time)}\n`);
    } else if (takesBack) {
      out.write(`${erase}${stepLine('…', part, detail, '')}`);
    } else if (!told.has(part)) {
      told.add(part);
      out.write(`${stepLine('…', part, detail, '')}\n`);
    }
  };
}

/**
 * `✓ Python environment  installed … 14 s`, at most 80 columns: the detail gives way.
 * @param {string} mark @param {string} part @param {string} detail @param {string} time
 */
export function stepLine(mark, part, detail, time) {
  const head = `${mark} ${part.padEnd(18)} `;
  const room = width - head.length - (time ? time.length + 1 : 0);
  const shown = detail.length > room ? `${detail.slice(0, room - 1)}…` : detail;
  return time ? `${head}${shown.padEnd(room)} ${time}` : `${head}${shown}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
