import type { Page } from 'playwright-core';

/** What a person types to make a schedule. */
export interface ScheduleEntry {
  name: string;
  workflowType: string;
  /** Temporal adds the time of each firing. */
  workflowId: string;
  taskQueue: string;
  timeZone: string;
  /** One JSON object. */
  input: string;
  cron: string;
}

export interface ScheduleForm {
  fill(entry: ScheduleEntry): Promise<void>;
  pauseOnFailure(): Promise<void>;
  /** Scrolls to where it says what is started. */
  showDetails(): Promise<void>;
  /** Scrolls to where it says when, and what if it does not go well. */
  showTimes(): Promise<void>;
  /** Presses the button; resolves when the list of schedules shows the new one. */
  create(name: string): Promise<void>;
}

/** Goes from the list of schedules to the form that makes one. */
export async function openScheduleForm(page: Page): Promise<ScheduleForm> {
  await page.goto('/namespaces/default/schedules');
  await page.getByRole('link', { name: 'Create Schedule' }).click();
  await page.getByRole('heading', { name: 'Schedule Details' }).waitFor();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const button = page.getByRole('button', { name: 'Create Schedule' });
  return {
    async fill(entry) {
      await field('Schedule Name').fill(entry.name);
      await field('Workflow Type').fill(entry.workflowType);
      await field('Workflow ID').fill(entry.workflowId);
      await field('Task Queue').fill(entry.taskQueue);
      await page.getByRole('combobox', { name: 'Timezone' }).fill(entry.timeZone);
      await page.getByRole('option', { name: entry.timeZone }).click();
      await field('JSON Data').fill(entry.input);
      await field('Cron expression').fill(entry.cron);
    },
    async pauseOnFailure() {
      await page.getByRole('button', { name: 'Edit Schedule Policies' }).click();
      await page.getByRole('radio', { name: 'Pause on Failure' }).check({ force: true });
      await page.getByRole('button', { name: 'Update Policies' }).click();
    },
    showDetails: () =>
      page.getByRole('link', { name: 'Back to Schedules' }).scrollIntoViewIfNeeded(),
    showTimes: () => button.scrollIntoViewIfNeeded(),
    async create(name) {
      await button.click();
      await page.waitForURL(/\/schedules$/);
      await page.getByRole('link', { name, exact: true }).waitFor();
    },
  };
}
