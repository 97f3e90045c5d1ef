import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program prints on standard output, trimmed; null when it cannot be run or fails. */
export async function outputOf(file: string, args: readonly string[]): Promise<string | null> {
  const options = { timeout: 10_000 };
  const answer = await promisify(execFile)(file, [...args], options).catch(() => null);
  return answer === null ? null : answer.stdout.trim();
}
