import type { SandboxName } from './port.ts';

/** `+` stands between the parts: encoded parts cannot hold one. */
const separator = '+';
const longest = 255;

/** Name of an execution's folder. Throws RangeError when it does not fit into a file name. */
export function encodeName(name: SandboxName): string {
  const parts = [name.run, name.attempt].map(encodeURIComponent);
  const folder = [...parts, name.execution].join(separator);
  if (folder.length > longest) throw new RangeError(`sandbox name is too long: ${folder}`);
  return folder;
}

/** The name that `encodeName` made a folder's name of, or null for a folder that is nobody's. */
export function decodeName(folder: string): SandboxName | null {
  const [run, attempt, execution, ...rest] = folder.split(separator);
  if (run === undefined || attempt === undefined || rest.length > 0) return null;
  if (execution === undefined || !/^[1-9]\d*$/.test(execution)) return null;
  return {
    run: decodeURIComponent(run),
    attempt: decodeURIComponent(attempt),
    execution: Number(execution),
  };
}

/** For people and logs. */
export const describeName = (name: SandboxName): string =>
  `${name.run}/${name.attempt} execution ${name.execution}`;
