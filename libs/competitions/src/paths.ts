import { fileURLToPath } from 'node:url';

const inRoom = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** One folder per competition that this project brings: competition.json, description.md, leaderboard.json. */
export const cataloguePath = inRoom('catalogue');

/** Python programs of this room; run with the interpreter that is pinned for solutions and grading. */
export const prepareScript = inRoom('python/prepare.py');
export const graderScript = inRoom('python/grader.py');
