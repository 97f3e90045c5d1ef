import { existsSync, readFileSync, renameSync } from 'node:fs';
import { type FaultOrder, hitFile, parseOrder } from './order.ts';
import type { FaultPoint } from './points.ts';

/** Who holds a process longer has forgotten it. */
const longestHoldMs = 20_000;

/**
 * Does what the file that `ACE_FAULT_FILE` names orders for this point. The file is renamed to `hitFile` first, so
 * that an order is carried out once, by one process, and a test can see that it was, and where; who is held goes on
 * when that file is gone. Without the variable, as in every ordinary process, nothing happens.
 */
export function faultPoint(point: FaultPoint): void {
  const file = process.env['ACE_FAULT_FILE'];
  if (!file) return;
  const order = orderIn(file);
  const place = order?.points.indexOf(point) ?? -1;
  if (!order || place < 0 || !isDue(order) || !take(file, place)) return;
  if (order.action === 'die') process.kill(process.pid, 'SIGKILL');
  // Also who dies: from another thread the signal takes a moment, and nothing may go on meanwhile.
  holdWhile(hitFile(file, place));
}

function orderIn(file: string): FaultOrder | null {
  try {
    return parseOrder(readFileSync(file, 'utf8'));
  } catch (error) {
    return absent(error);
  }
}

let arrivals = { order: 0, count: 0 };

function isDue({ number, arrival }: FaultOrder): boolean {
  const before = arrivals.order === number ? arrivals.count : 0;
  arrivals = { order: number, count: before + 1 };
  return arrivals.count >= arrival;
}

/** False when another process was faster, or the order is taken back meanwhile. */
function take(file: string, place: number): boolean {
  try {
    renameSync(file, hitFile(file, place));
    return true;
  } catch (error) {
    return absent(error) !== null;
  }
}

function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

/** Blocks the whole thread: between two lines nothing of this process may go on. */
function holdWhile(hit: string): void {
  const until = performance.now() + longestHoldMs;
  while (existsSync(hit) && performance.now() < until) pause(5);
}

const clock = new Int32Array(new SharedArrayBuffer(4));
const pause = (ms: number): void => void Atomics.wait(clock, 0, 0, ms);
