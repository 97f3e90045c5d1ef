import { InputError } from './input.ts';
import { shown } from './shown.ts';

const longest = 80;
const plain = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${longest - 1}}$`);

/** What a Temporal Schedule appends to the name of each run that it starts: when it was due. */
const dueTime = /-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/**
 * A run's name is its workflow's id, and `/` divides its children's ids from it.
 * @param field where the name was given, such as `--name`
 * @throws {@link InputError}
 */
export function checkRunName(name: string, field: string): string {
  if (isRunName(name)) return name;
  const mended = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+/, '');
  const hint = isRunName(mended) ? `, did you mean ${shown(mended)}?` : '';
  throw new InputError(
    `${field}: expected the name of a run: 1 to ${longest} letters, digits, ".", "_" or "-", ` +
      `a letter or digit first, got ${shown(name)}${hint}`,
  );
}

const isRunName = (name: string): boolean => plain.test(name.replace(dueTime, ''));
