import { expect, it } from 'vitest';
import { spreadOf, spreadsBy } from './summary.ts';

it('spreadOf takes the 95th percentile between neighbours by proportion', () => {
  const seconds = Array.from({ length: 21 }, (_, place) => 20 - place);
  expect(spreadOf(seconds)).toEqual({ n: 21, median: 10, p95: 19, longest: 20 });
  expect(spreadOf([])).toEqual({ n: 0, median: 0, p95: 0, longest: 0 });
});

it('spreadsBy keeps groups apart, in the order of their names', () => {
  const times = [
    { kind: 'update', seconds: 4 },
    { kind: 'execute', seconds: 1 },
    { kind: 'update', seconds: 6 },
  ];
  const spreads = spreadsBy(times, ({ kind }) => kind);
  expect(Object.keys(spreads)).toEqual(['execute', 'update']);
  expect(spreads['update']).toEqual({ n: 2, median: 5, p95: 5.9, longest: 6 });
});
