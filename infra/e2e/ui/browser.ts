import { type Browser, chromium, type Page } from 'playwright-core';
import { openHome } from '../../src/home.ts';
import { ensureChromium } from '../../src/testing/chromium.ts';

/** Nothing that a page does not need, and nothing that asks the internet. */
const options = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** An ordinary person's, in pixels. */
export const window = { width: 1280, height: 800 };
const person = {
  viewport: window,
  locale: 'en-GB',
  timezoneId: 'UTC',
  colorScheme: 'light',
  reducedMotion: 'reduce',
} as const;

/** Longer than any page takes on a busy machine; a step that waits for a run says so itself. */
const patienceMs = 30_000;

/** Headless Chromium with a profile of its own, installed when this machine has none; the caller closes it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium(await openHome());
  // As root Chromium refuses its own sandbox; it sees pages of this machine alone.
  return chromium.launch({ executablePath, args: options, chromiumSandbox: false });
}

/** A window in which addresses are those of the UI at `ui`. */
export async function openWindow(browser: Browser, ui: string): Promise<Page> {
  const context = await browser.newContext({ ...person, baseURL: ui });
  context.setDefaultTimeout(patienceMs);
  return context.newPage();
}
