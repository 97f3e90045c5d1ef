import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { preparedCompetitions, solutionPython } from './testing.ts';

/** Fits a model without imputation, then one without encoding, on each competition; prints what failed. */
const program = `
import json, sys
import pandas as pd
from sklearn.linear_model import LinearRegression

def fails(table):
    try:
        LinearRegression().fit(table, range(len(table)))
        return False
    except ValueError:
        return True

for name in sys.argv[2:]:
    table = pd.read_csv(f"{sys.argv[1]}/{name}/prepared/public/train.csv").iloc[:, 1:-1]
    numbers = table.select_dtypes("number")
    print(json.dumps({
        "withoutImputation": fails(numbers),
        "withoutEncoding": fails(table.assign(**numbers.fillna(0))),
    }))
`;

describe('what goes wrong for a careless program', () => {
  it('is what the features say', () => {
    const catalogue = loadCatalogue();
    const ids = catalogue.map(({ id }) => id);
    const said = execFileSync(solutionPython(), ['-c', program, preparedCompetitions(), ...ids]);
    const outcomes = said.toString('utf8').trim().split('\n');
    const found = outcomes.map((line, place) => ({
      id: ids[place],
      ...(JSON.parse(line) as object),
    }));
    expect(found).toEqual(
      catalogue.map(({ id, features }) => ({
        id,
        withoutImputation: features.missingValues,
        withoutEncoding: features.textCategories,
      })),
    );
  });
});
