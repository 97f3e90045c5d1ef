import { readFileSync } from 'node:fs';
import type { Competition } from '@ace/config';
import { competitionSchema, InputError, parseInput } from '@ace/config';

/** Reads and checks a `competition.json`; throws InputError that names the field. */
export function readCompetition(path: string): Competition {
  const competition = parseInput(competitionSchema, readJson(path), path);
  for (const { field, expected, given } of contradictions(competition)) {
    throw new InputError(`${path}: ${field}: expected ${expected}, got ${JSON.stringify(given)}`);
  }
  return competition;
}

/** Parses a JSON file; throws InputError when it is absent or no JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

interface Contradiction {
  field: keyof Competition;
  expected: string;
  given: unknown;
}

/** What the schema cannot say: fields that must fit each other. */
function* contradictions(competition: Competition): Generator<Contradiction> {
  const { task, metric, classes, direction, submissionColumns } = competition;
  const regression = metric === 'rmse' || metric === 'rmsle';
  if (regression !== (task === 'regression') || (metric === 'auc' && task !== 'binary')) {
    yield { field: 'metric', expected: `a metric for ${task}`, given: metric };
  }
  const better = regression || metric === 'log_loss' ? 'minimize' : 'maximize';
  if (direction !== better) yield { field: 'direction', expected: better, given: direction };
  const count = { binary: [2, 2], multiclass: [3, Infinity], regression: [0, 0] }[task];
  if (classes.length < (count[0] ?? 0) || classes.length > (count[1] ?? 0)) {
    yield { field: 'classes', expected: `as many as ${task} has`, given: classes };
  }
  const columns = expectedColumns(competition);
  if (columns.join('\n') !== submissionColumns.join('\n')) {
    yield { field: 'submissionColumns', expected: columns.join(', '), given: submissionColumns };
  }
}

/** The id, then one probability per class for log loss, else the target. */
function expectedColumns({ idColumn, target, metric, classes }: Competition): string[] {
  return [idColumn, ...(metric === 'log_loss' ? classes.map(String) : [target])];
}
