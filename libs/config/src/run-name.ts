import { InputError } from './input.ts';

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
  if (plain.test(name.replace(dueTime, ''))) return name;
  throw new InputError(
    `${field}: expected the name of a run: 1 to ${longest} letters, digits, ".", "_" or "-", ` +
      `a letter or digit first, got ${JSON.stringify(name)}`,
  );
}
