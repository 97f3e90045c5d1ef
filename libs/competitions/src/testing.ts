/** For tests of any room: where provisioning put Python and the prepared competitions. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Interpreter with scikit-learn and pandas: `ACE_SOLUTION_PYTHON`, else the provisioned one. */
export const solutionPython = (): string =>
  provisioned('ACE_SOLUTION_PYTHON', '.ace/python/solution/bin/python');

/** Folder of packages that carry the raw tables: `ACE_DATA_PACKAGES`, else the provisioned one. */
export const dataPackages = (): string => provisioned('ACE_DATA_PACKAGES', '.ace/python/data');

/** Folder of prepared competitions: `ACE_COMPETITIONS`, else the provisioned one. */
export const preparedCompetitions = (): string =>
  provisioned('ACE_COMPETITIONS', '.ace/competitions');

function provisioned(setting: string, path: string): string {
  const place = process.env[setting] ?? join(repository, path);
  if (existsSync(place)) return place;
  throw new Error(`${place} is not there: run npm test, which provisions it, or set ${setting}`);
}
