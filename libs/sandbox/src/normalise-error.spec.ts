import { describe, expect, it } from 'vitest';
import { normaliseError } from './normalise-error.ts';

const traceback = (
  last: string,
  frames = ['  File "/attempt/solution.py", line 12, in fit'],
): string => ['Traceback (most recent call last):', ...frames, '    fit()', last, ''].join('\n');

describe('normaliseError', () => {
  it('names type, message and the deepest frame of the program itself', () => {
    const frames = [
      '  File "/attempt/solution.py", line 3, in <module>',
      '    main()',
      '  File "/attempt/solution.py", line 12, in main',
      '    model.fit(X)',
      '  File "/env/lib/python3.11/site-packages/sklearn/base.py", line 1365, in wrapper',
    ];
    expect(normaliseError(traceback('ValueError: Input X contains NaN.', frames))).toEqual({
      type: 'ValueError',
      text: 'Input X contains NaN. (line 12, in main)',
    });
  });

  it.each([
    ['KeyError: 0x7f3a2b', '<address> (line 12, in fit)'],
    ["FileNotFoundError: '/data/trian.csv'", "'<path>' (line 12, in fit)"],
    [
      "FileNotFoundError: [Errno 2] No such file: 'a.csv'",
      "[Errno 2] No such file: 'a.csv' (line 12, in fit)",
    ],
    [
      'TimeoutError: took 1.52 s of 10ms, 74.5 GiB',
      'took <quantity> of <quantity>, <quantity> (line 12, in fit)',
    ],
    ['ValueError: 3 columns, expected 4/5', '3 columns, expected 4/5 (line 12, in fit)'],
    ['RuntimeError: thread 140737488355 died', 'thread <number> died (line 12, in fit)'],
    ['ValueError: \nAll the 5 fits failed.', 'All the 5 fits failed. (line 12, in fit)'],
    ['AssertionError', '(line 12, in fit)'],
  ])('makes %j the same in every run', (last, text) => {
    expect(normaliseError(traceback(last)).text).toBe(text);
  });

  it('leaves out the module of the class', () => {
    const { type } = normaliseError(traceback('pandas.errors.ParserError: Error tokenizing data.'));
    expect(type).toBe('ParserError');
  });

  it('takes the last of chained exceptions, and not what was ignored afterwards', () => {
    const chained = `${traceback('KeyError: 1')}\nDuring handling of the above exception, another exception occurred:\n\n${traceback('ValueError: two')}`;
    const ignored = `Exception ignored in: <function X.__del__ at 0x7f>\n${traceback('TypeError: three')}`;
    expect(normaliseError(chained + ignored).type).toBe('ValueError');
  });

  it('reads a syntax error, which has no traceback', () => {
    const stderr = `  File "/attempt/solution.py", line 1\n    x = (\n        ^\nSyntaxError: '(' was never closed\n`;
    expect(normaliseError(stderr)).toEqual({
      type: 'SyntaxError',
      text: `'(' was never closed (line 1)`,
    });
  });

  it('falls back to the last line, or to nothing', () => {
    expect(normaliseError('a warning\n[LightGBM] [Fatal] no data\n\n')).toEqual({
      ...{ type: 'Exit', text: '[LightGBM] [Fatal] no data' },
    });
    expect(normaliseError('')).toEqual({ type: 'Exit', text: '' });
  });

  it('cuts what is too long', () => {
    expect(normaliseError(traceback(`ValueError: ${'x '.repeat(5000)}`)).text.length).toBeLessThan(
      450,
    );
  });
});
