import { describe, expect, it } from 'vitest';
import { renderUp, type Whereabouts } from './render-up.ts';
import { noPaint, widthOf } from './text.ts';

const where: Whereabouts = {
  ...{ address: '127.0.0.1:7233', uiUrl: 'http://127.0.0.1:8233', namespace: 'default' },
};

describe('renderUp', () => {
  it('says where everything is and what to fill in', () => {
    const lines = renderUp(where, true, noPaint);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "Temporal UI      http://127.0.0.1:8233
      address          127.0.0.1:7233, namespace default
      task queue       ace
      worker           running

      To train from the UI: Start Workflow, and fill in
        http://127.0.0.1:8233/namespaces/default/workflows/start-workflow?taskQueue=ace&workflowType=trainingRun
        Workflow ID    name of the run, such as nightly-1
        Task Queue     ace
        Workflow Type  trainingRun
        Input          {} or, for example, {"recipe": "quickstart", "iterations": 3}

      \`npm run ace -- down\` ends what was started."
    `);
    const isAddress = (line: string): boolean => line.includes('http://');
    for (const line of lines.filter((line) => !isAddress(line))) {
      expect(widthOf(line)).toBeLessThanOrEqual(80);
    }
  });

  it('knows no address of the UI of a server that is not its own', () => {
    const text = renderUp({ ...where, uiUrl: null }, false, noPaint).join('\n');
    expect(text).toContain('TEMPORAL_ADDRESS');
    expect(text).not.toContain('http');
    expect(text).toContain('`npm run ace -- up` starts one');
  });
});
