import { loadCatalogue } from '@ace/competitions';
import { solutionPython } from '@ace/competitions/testing';
import type { Competition } from '@ace/config';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  describeProgram,
  IllegalProgramError,
  normaliseCode,
  pipelineGrammar as grammar,
  type PromptView,
} from './index.ts';

const catalogue = loadCatalogue();
const competition = (id: string): Competition => catalogue.find((one) => one.id === id)!;

/** Tokens of the program whose every decision takes its option number `at(position)`, read round. */
const tokensAt = (at: (position: number) => number): number[] =>
  grammar.decisions.map(({ tokens }, position) => tokens[at(position) % tokens.length]!);

const first = tokensAt(() => 0);

const view = (over: Partial<PromptView> = {}): PromptView => ({
  ...{ competition: competition('house-prices'), kind: 'draft', parent: null },
  ...over,
});

describe('the vocabulary', () => {
  it('has 12 to 15 decisions and about a hundred words, each token once', () => {
    expect(grammar.decisions.length).toBeGreaterThanOrEqual(12);
    expect(grammar.decisions.length).toBeLessThanOrEqual(15);
    expect(grammar.vocabularySize).toBeGreaterThan(80);
    expect(grammar.vocabularySize).toBeLessThan(140);
    expect(new Set(grammar.words).size).toBe(grammar.vocabularySize);
    const legal = grammar.decisions.flatMap(({ tokens }) => tokens);
    expect(new Set(legal).size).toBe(legal.length);
    expect(legal).not.toContain(0);
  });
});

describe('encodePrompt', () => {
  it('fills exactly the prompt, within the vocabulary', () => {
    for (const one of catalogue) {
      const prompt = grammar.encodePrompt(view({ competition: one }));
      expect(prompt).toHaveLength(grammar.promptLength);
      expect(prompt.every((id) => id >= 0 && id < grammar.vocabularySize)).toBe(true);
    }
  });

  it('tells every two competitions with unlike facts apart', () => {
    const prompts = catalogue.map((one) => grammar.encodePrompt(view({ competition: one })).join());
    expect(new Set(prompts).size).toBe(catalogue.length);
  });

  it.each([
    [0.5, '<below-baseline>'],
    [0.3, '<above-baseline>'],
    [0.15, '<near-reference>'],
    [0.1, '<above-reference>'],
    [null, '<no-score>'],
  ])('places a validation RMSLE of %s as %s', (validationScore, word) => {
    const parent = { tokens: first, validationScore, errorType: null };
    const prompt = grammar.encodePrompt(view({ kind: 'improve', parent }));
    expect(prompt.map((id) => grammar.words[id])).toContain(word);
  });

  it('names a known error, calls any other one other, and shows the parent', () => {
    const said = (errorType: string): (string | undefined)[] =>
      grammar
        .encodePrompt(
          view({ kind: 'debug', parent: { tokens: first, validationScore: null, errorType } }),
        )
        .map((id) => grammar.words[id]);
    expect(said('time limit')).toContain('<time limit>');
    expect(said('wrong columns')).toContain('<wrong columns>');
    expect(said('ZeroDivisionError')).toContain('<other-error>');
    expect(said('ValueError').slice(1, 1 + first.length)).toEqual(
      first.map((id) => grammar.words[id]),
    );
  });
});

describe('render', () => {
  it('makes a file that Python compiles of every option, on every competition', () => {
    const longest = Math.max(...grammar.decisions.map(({ tokens }) => tokens.length));
    const programs = catalogue.flatMap((one) =>
      Array.from({ length: longest }, (_, option) =>
        grammar.render(
          tokensAt(() => option),
          one,
        ),
      ),
    );
    const check =
      'import ast, json, sys\nfor code in json.load(sys.stdin): ast.parse(code)\nprint("fine")';
    const input = JSON.stringify(programs);
    expect(execFileSync(solutionPython(), ['-c', check], { input, encoding: 'utf8' })).toBe(
      'fine\n',
    );
  });

  it('is readable Python, always the same', () => {
    const tokens = tokensAt((position) => [4, 1, 1, 5, 0, 1, 1, 0, 2, 6, 2, 1, 1][position]!);
    expect(describeProgram(tokens)).toContain('lightgbm');
    const code = grammar.render(tokens, competition('house-prices'));
    expect(code).toBe(grammar.render(tokens, competition('house-prices')));
    expect(code).toMatchSnapshot();
  });

  it.each([
    [[], /expected 13 decisions, got 0 tokens/],
    [first.with(2, 1), /position 2: expected a word of "encode", got token 1 \(estimator=/],
    [first.with(0, 9999), /position 0: .*got token 9999 \(no word\)/],
  ])('refuses %j', (tokens, message) => {
    const render = (): string => grammar.render(tokens, competition('house-prices'));
    expect(render).toThrow(IllegalProgramError);
    expect(render).toThrow(message);
  });
});

describe('the uniform policy', () => {
  it.each(catalogue.map((one) => [one.id, one] as const))(
    'writes valid programs for %s in 10 to 20 of 100 cases',
    (_, one) => {
      const shares = grammar.decisions.map(({ name, tokens }) => {
        const suits = tokens.filter((id) => suitable(name, grammar.words[id]!, one));
        return suits.length / tokens.length;
      });
      const share = shares.reduce((product, each) => product * each, 1);
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.2);
    },
  );
});

/** Which options work where; that they do is seen by running them (report of version 0). */
function suitable(
  decision: string,
  word: string,
  { task, metric, features }: Competition,
): boolean {
  const option = word.slice(decision.length + 1);
  const wanted = ['auc', 'log_loss'].includes(metric) ? 'probabilities' : 'labels';
  const unfit: Record<string, string[]> = {
    impute: [features.missingValues ? 'no-imputation' : 'incomplete-columns'],
    encode: [features.textCategories ? 'no-encoding' : 'text-to-codes'],
    validate: ['endless'],
    write: ['without-id', 'with-index', 'other-file'],
  };
  if (decision === 'estimator')
    return option.includes(task === 'regression' ? 'regressor' : wanted);
  return !(unfit[decision] ?? []).includes(option);
}

describe('normaliseCode', () => {
  it('sees through comments, blank lines and trailing spaces, and nothing else', () => {
    expect(normaliseCode('a = 1  \n\n# why\nb = 2 # two\n')).toBe('a = 1\nb = 2');
    expect(normaliseCode('a = 1')).not.toBe(normaliseCode('a = 2'));
  });
});
