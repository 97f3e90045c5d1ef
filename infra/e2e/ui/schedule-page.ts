import type { Page } from 'playwright-core';

export interface SchedulePage {
  /** Lets it fire now, by the menu of the schedule; resolves with the id of what the page then says it started. */
  trigger(): Promise<string>;
  /** Deletes it by the menu; resolves when the list of schedules is open again. */
  delete(): Promise<void>;
}

/** Opens a schedule from the list of schedules. */
export async function openSchedule(page: Page, name: string): Promise<SchedulePage> {
  await page.goto('/namespaces/default/schedules');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name: 'Workflow Runs' }).waitFor();
  const choose = async (item: string): Promise<void> => {
    await page.getByRole('button', { name: 'Schedule Actions' }).click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: item, exact: true }).click();
  };
  return {
    async trigger() {
      await choose('Trigger');
      return page.getByRole('tabpanel').getByRole('link').first().innerText();
    },
    async delete() {
      await choose('Delete');
      await page.waitForURL(/\/schedules$/);
    },
  };
}
