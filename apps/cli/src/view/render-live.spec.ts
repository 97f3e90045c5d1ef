import { describe, expect, it } from 'vitest';
import { type LiveView, Standing } from './live-view.ts';
import { renderLine, renderLive } from './render-live.ts';
import { colours, noPaint, widthOf } from './text.ts';

const slots = ['house-prices', 'telco-churn', 'concrete-strength', 'party-identification'];

const running: LiveView = {
  run: 'quickstart-1',
  standing: Standing.Running,
  iteration: 7,
  iterations: 15,
  phase: 'executing and grading iteration 7',
  attempts: { done: 413, all: 880 },
  evaluation: { done: 200, all: 200 },
  slots: slots.map((competition, slot) => ({
    ...{ slot, competition, done: 2 * slot, all: 8 },
    kind: (['draft', 'improve', 'debug', 'draft'] as const)[slot]!,
  })),
  learnt: {
    iteration: 6,
    validRate: { draft: 0.71, improve: 0.9375, debug: null },
    meanReward: 0.5123,
  },
  rewards: [0.05, 0.11, 0.22, 0.35, 0.44, 0.5123],
  states: { draft: 7, improve: 23, debug: 11 },
  secondsLeft: 125,
  uiUrl: 'http://127.0.0.1:8233/namespaces/default/workflows/quickstart-1',
  failure: null,
};

const starting: LiveView = {
  ...running,
  iteration: 0,
  phase: 'making the policy',
  attempts: { done: 0, all: 880 },
  evaluation: { done: 12, all: 200 },
  slots: [],
  learnt: null,
  rewards: [],
  states: { draft: 7, improve: 0, debug: 0 },
  secondsLeft: null,
};

const blocked: LiveView = {
  ...running,
  standing: Standing.Blocked,
  secondsLeft: null,
  failure: {
    iteration: 7,
    step: 'iteration 7',
    reason:
      'TooManyLost: expected at least 1 group of 2 attempts, got 0, because every attempt was lost on host node-3',
    remedy: 'mend the cause, then send the update retryIteration(7)',
    command: 'npm run ace -- retry quickstart-1 7',
  },
};

const text = (view: LiveView): string => renderLive(view, noPaint).join('\n');

describe('renderLive', () => {
  it('shows a run under way', () => {
    expect(text(running)).toMatchInlineSnapshot(`
      "quickstart-1  running                                          iteration 7 of 15

      ██████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      413 of 880 attempts · 47 % · about 2 min 05 s left

      now        executing and grading iteration 7
        0 house-prices          draft     0/8  1 telco-churn           improve   2/8
        2 concrete-strength     debug     4/8  3 party-identification  draft     6/8
      valid      draft 71 % · improve 94 % · debug – · iteration 6
      reward     mean 0.512  ▁▂▃▃▄▅
      buffer     7 draft · 23 improve · 11 debug states
      Temporal   http://127.0.0.1:8233/namespaces/default/workflows/quickstart-1"
    `);
  });

  it('shows a run that has just begun', () => {
    expect(text(starting)).toMatchInlineSnapshot(`
      "quickstart-1  running                                          iteration 0 of 15

      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      0 of 880 attempts · 0 %

      now        making the policy · evaluation 12 of 200
      learnt     nothing before the first iteration ends
      buffer     7 draft · 0 improve · 0 debug states
      Temporal   http://127.0.0.1:8233/namespaces/default/workflows/quickstart-1"
    `);
  });

  it('shows what blocks a run, why, and what to do', () => {
    expect(text(blocked)).toMatchInlineSnapshot(`
      "quickstart-1  blocked                                          iteration 7 of 15

      ██████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      413 of 880 attempts · 47 %

      now        executing and grading iteration 7
        0 house-prices          draft     0/8  1 telco-churn           improve   2/8
        2 concrete-strength     debug     4/8  3 party-identification  draft     6/8
      valid      draft 71 % · improve 94 % · debug – · iteration 6
      reward     mean 0.512  ▁▂▃▃▄▅
      buffer     7 draft · 23 improve · 11 debug states
      Temporal   http://127.0.0.1:8233/namespaces/default/workflows/quickstart-1

      failed     iteration 7
      because    TooManyLost: expected at least 1 group of 2 attempts, got 0, because
                 every attempt was lost on host node-3
      to do      mend the cause, then send the update retryIteration(7):
                 npm run ace -- retry quickstart-1 7"
    `);
  });

  it('keeps within 80 columns, painted or not, whatever the names', () => {
    const long = { ...blocked, run: 'r'.repeat(80), uiUrl: null };
    const many = Array.from({ length: 256 }, (_, slot) => ({
      ...{ slot, competition: 'c'.repeat(60), kind: 'improve' as const, done: 128, all: 256 },
    }));
    for (const paint of [noPaint, colours]) {
      const lines = renderLive({ ...long, slots: many, rewards: Array(500).fill(0.5) }, paint);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
      expect(lines.length).toBeLessThan(24);
    }
  });
});

describe('renderLine', () => {
  it('says the same in one line', () => {
    expect(renderLine(running)).toMatchInlineSnapshot(
      `"quickstart-1 running · iteration 7 of 15 · executing and grading iteration 7 · 413 of 880 attempts · valid draft 71 %, improve 94 %, debug – · mean reward 0.512 · 7 draft, 23 improve, 11 debug states · about 2 min 05 s left"`,
    );
    expect(renderLine(blocked)).toMatchInlineSnapshot(
      `"quickstart-1 blocked · iteration 7 of 15 · executing and grading iteration 7 · 413 of 880 attempts · valid draft 71 %, improve 94 %, debug – · mean reward 0.512 · 7 draft, 23 improve, 11 debug states · iteration 7 failed: TooManyLost: expected at least 1 group of 2 attempts, got 0, because every attempt was lost on host node-3. To do: mend the cause, then send the update retryIteration(7): npm run ace -- retry quickstart-1 7"`,
    );
  });
});
