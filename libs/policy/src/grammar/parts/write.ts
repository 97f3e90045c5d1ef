import type { Program } from '../vocabulary.ts';
import { part, type Part } from './part.ts';

const frame = [
  'submission = pd.DataFrame(prediction, columns=COLUMNS)',
  'submission.insert(0, ID, test[ID])',
];

const writers: Record<Program['write'], Part> = {
  frame: part([], ...frame, 'submission.to_csv("submission.csv", index=False)'),
  assign: part(
    [],
    'predicted = pd.DataFrame(prediction, columns=COLUMNS, index=test.index)',
    'pd.concat([test[[ID]], predicted], axis=1).to_csv("submission.csv", index=False)',
  ),
  sample: part(
    [],
    'submission = pd.read_csv(DATA / "sample_submission.csv").astype({ID: test[ID].dtype})',
    'submission = test[[ID]].merge(submission[[ID]], on=ID, how="left")',
    'submission = pd.concat([submission, pd.DataFrame(prediction, columns=COLUMNS)], axis=1)',
    'submission.to_csv("submission.csv", index=False)',
  ),
  'csv-module': part(
    ['import csv'],
    'rows = pd.DataFrame(prediction, columns=COLUMNS).to_numpy()',
    'with open("submission.csv", "w", newline="") as file:',
    '    writer = csv.writer(file)',
    '    writer.writerow([ID, *COLUMNS])',
    '    writer.writerows([name, *row] for name, row in zip(test[ID], rows))',
  ),
  indexed: part(
    [],
    'submission = pd.DataFrame(prediction, columns=COLUMNS, index=test[ID])',
    'submission.to_csv("submission.csv")',
  ),
  'without-id': part(
    [],
    ...frame,
    'submission.drop(columns=ID).to_csv("submission.csv", index=False)',
  ),
  'with-index': part([], ...frame, 'submission.to_csv("submission.csv")'),
  'other-file': part([], ...frame, 'submission.to_csv("predictions.csv", index=False)'),
};

/** Fits on everything, predicts the test rows and writes the submission. */
export function writePart(program: Program): Part {
  const writer = writers[program.write];
  return part(
    writer.imports,
    'prediction = predict(make_model().fit(X, learnt), X_test)',
    ...writer.code,
  );
}
