// @ts-check
/** Prints `N passed, N failed` from the report that Vitest wrote, and fails unless tests ran and none failed. */
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2] ?? '', 'utf8');
if (text === '') console.log('The tests did not run: a check before them failed.');

const report = text === '' ? { numPassedTests: 0, numFailedTests: 0 } : JSON.parse(text);
/** Files that could not even be loaded: none of their tests counts as failed, but they failed. */
const unloaded = (report.testResults ?? []).filter(
  (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
    file.status === 'failed' && file.assertionResults.length === 0,
).length;
const failed = report.numFailedTests + unloaded;

console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = report.numPassedTests > 0 && failed === 0 ? 0 : 1;
