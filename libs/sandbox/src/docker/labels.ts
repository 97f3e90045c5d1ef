import { createHash } from 'node:crypto';
import { encodeName } from '../names.ts';
import type { SandboxName } from '../port.ts';

/** Labels of a container, set when it is created. `root`: whose sandboxes these are, see `installation.ts`. */
export const label = {
  root: 'ace.root',
  run: 'ace.run',
  attempt: 'ace.attempt',
  execution: 'ace.execution',
} as const;

export type Labels = Record<string, string>;

export const labelsOf = (root: string, name: SandboxName): Labels => ({
  [label.root]: root,
  [label.run]: name.run,
  [label.attempt]: name.attempt,
  [label.execution]: String(name.execution),
});

/** The name that `labelsOf` made these of, or null when they are not of this root. */
export function nameOf(root: string, labels: Labels): SandboxName | null {
  const { [label.run]: run, [label.attempt]: attempt, [label.execution]: execution } = labels;
  if (labels[label.root] !== root || run === undefined || attempt === undefined) return null;
  if (execution === undefined || !/^[1-9]\d*$/.test(execution)) return null;
  return { run, attempt, execution: Number(execution) };
}

/** Name of the container: an engine allows few characters, so people read the labels. */
export function containerName(root: string, name: SandboxName): string {
  const text = JSON.stringify([root, encodeName(name)]);
  return `ace-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
