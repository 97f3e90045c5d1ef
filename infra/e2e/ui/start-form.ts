import type { Page } from 'playwright-core';

/** What a person types to start a workflow. */
export interface Start {
  workflowId: string;
  taskQueue: string;
  workflowType: string;
  /** One JSON object. */
  input: string;
}

const labels: Record<keyof Start, string> = {
  workflowId: 'Workflow ID',
  taskQueue: 'Task Queue',
  workflowType: 'Workflow Type',
  input: 'Data',
};
const parts = Object.keys(labels) as (keyof Start)[];

export interface StartForm {
  fill(start: Partial<Start>): Promise<void>;
  /** Whether the button can be pressed. */
  isReady(): Promise<boolean>;
  /** Resolves when the page says that a worker serves the queue that was typed in. */
  workerIsThere(): Promise<void>;
  /** Presses the button and follows the link to what was started. */
  start(): Promise<void>;
}

/** Goes from the list of workflows to the form that starts one. */
export async function openStartForm(page: Page): Promise<StartForm> {
  await page.goto('/namespaces/default/workflows');
  await page.getByRole('link', { name: 'Start Workflow' }).click();
  return startForm(page);
}

/** Opens the form by an address that fills in what is the same for every run, and the newest one's input. */
export async function openFilledStartForm(
  page: Page,
  { taskQueue, workflowType }: Pick<Start, 'taskQueue' | 'workflowType'>,
): Promise<StartForm> {
  const filled = new URLSearchParams({ taskQueue, workflowType });
  const path = `/namespaces/default/workflows/start-workflow?${filled.toString()}`;
  // The newest run's input comes late, and would replace what was typed.
  await page.goto(path, { waitUntil: 'networkidle' });
  return startForm(page);
}

async function startForm(page: Page): Promise<StartForm> {
  await page.getByRole('heading', { name: 'Start Workflow' }).waitFor();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const button = page.getByRole('button', { name: 'Start Workflow', exact: true });
  return {
    async fill(start) {
      for (const part of parts) {
        const text = start[part];
        if (text !== undefined) await field(labels[part]).fill(text);
      }
      // Once left, the input is laid out in lines, and the button moves from under a mouse that is pressing it.
      await field(labels.input).blur();
    },
    isReady: () => button.isEnabled(),
    workerIsThere: () => page.getByText('Task Queue is Active').waitFor(),
    async start() {
      await button.click();
      const link = page.getByRole('link', { name: 'Workflow started successfully' });
      // Not by a press: the message that holds the link would stay in the pictures.
      await page.goto((await link.getAttribute('href')) ?? '');
    },
  };
}
