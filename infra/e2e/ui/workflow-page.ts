import type { Page } from 'playwright-core';

export interface WorkflowPage {
  /** Resolves when the page, which follows the workflow by itself, shows this status. */
  shows(status: string): Promise<void>;
  /** What the page shows as input and as result. */
  inputAndResult(): Promise<string>;
  /** Opens the tab with what the workflow says about itself; resolves when it shows this. */
  openDetails(text: string): Promise<void>;
  /** Opens the tree of children, all of it; resolves when each of these ended well in it. */
  openTree(workflowIds: readonly string[]): Promise<void>;
}

/** A run of the smallest recipe on a busy machine. */
const runMs = 60_000;

/** The page of the workflow that is open in the window. */
export function workflowPage(page: Page): WorkflowPage {
  const openTab = (name: string) => page.getByRole('tab', { name }).click();
  return {
    shows: (status) =>
      page.getByRole('status').filter({ hasText: status }).waitFor({ timeout: runMs }),
    inputAndResult: () => page.getByTestId('input-and-result').innerText(),
    async openDetails(text) {
      await openTab('User Metadata');
      await page.frameLocator('#user-metadata-current-details').getByText(text).waitFor();
    },
    async openTree(workflowIds) {
      await openTab('Relationships');
      await page.getByRole('switch', { name: 'Expand All' }).check({ force: true });
      for (const id of workflowIds) {
        const link = page.getByRole('link', { name: id, exact: true });
        const row = page.getByRole('button').filter({ has: link });
        await row.filter({ hasText: 'Completed' }).waitFor();
      }
    },
  };
}
