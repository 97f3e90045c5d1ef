import type { Example } from '../contract.ts';
import type { WireDatum } from '../wire/index.ts';
import { EngineRefusedError } from '../contract.ts';

/**
 * The layout of a training sequence, as tinker-cookbook has it: the input is prompt and completion without
 * the last token, the targets are the same shifted by one, and everything else is aligned to the targets,
 * zero where the target is a prompt token.
 */
function layOut({ prompt, completion }: Example): Pick<WireDatum, 'input' | 'targets'> {
  const sequence = [...prompt, ...completion];
  return { input: sequence.slice(0, -1), targets: sequence.slice(1) };
}

const aligned = ({ prompt }: Example, values: readonly number[]): number[] => [
  ...new Array<number>(prompt.length - 1).fill(0),
  ...values,
];

const mask = (example: Example): number[] =>
  aligned(
    example,
    example.completion.map(() => 1),
  );

/** A datum for the clipped surrogate; `factor` scales the advantage. */
export function surrogateDatum(example: Example, factor: number, weights: boolean): WireDatum {
  check(example);
  const advantages = example.completion.map(
    (_, index) => example.advantage * (example.importance?.[index] ?? 1) * factor,
  );
  return {
    ...layOut(example),
    logprobs: aligned(example, example.logprobs),
    advantages: aligned(example, advantages),
    ...(weights ? { weights: mask(example) } : {}),
  };
}

/** A datum whose log-probabilities are asked for. */
export function scoringDatum(example: Example): WireDatum {
  check(example);
  return { ...layOut(example), weights: mask(example) };
}

/** The numbers of the completion's tokens out of a row that is aligned to the targets. */
export const completionPart = ({ prompt, completion }: Example, row: readonly number[]): number[] =>
  row.slice(prompt.length - 1, prompt.length - 1 + completion.length);

function check({ prompt, completion, logprobs, importance }: Example): void {
  const refuse = (what: string): never => {
    throw new EngineRefusedError(`training example: ${what}`);
  };
  if (prompt.length === 0) refuse('expected at least one prompt token');
  if (completion.length === 0) refuse('expected at least one completion token');
  for (const [name, values] of Object.entries({ logprobs, importance })) {
    if (values && values.length !== completion.length) {
      refuse(`${name}: expected ${completion.length} numbers, one a token, got ${values.length}`);
    }
  }
}
