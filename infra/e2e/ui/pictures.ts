import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectFolder } from '../../src/home.ts';
import { window } from './browser.ts';

/** What the test saw. `npm run pictures` copies it to `docs/ui`, where the guide shows it. */
const folder = join(projectFolder, 'test-output', 'ui');
const guide = join(projectFolder, 'docs', 'ui', 'README.md');

export const forgetPictures = (): Promise<void> => rm(folder, { recursive: true, force: true });

/** Keeps what a person sees now, in a window that is made as high as the page needs. */
export async function takePicture(page: Page, name: string, height = window.height): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.setViewportSize({ ...window, height });
  await page.screenshot({ path, animations: 'disabled' });
  await page.setViewportSize(window);
}

/** Names of the pictures that were taken. */
export const picturesTaken = async (): Promise<string[]> => (await readdir(folder)).sort();

export const bytesOf = async (name: string): Promise<number> =>
  (await stat(join(folder, name))).size;

/** Names of the pictures that the guide shows. */
export async function picturesShown(): Promise<string[]> {
  const links = (await readFile(guide, 'utf8')).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g);
  return Array.from(links, ([, name = '']) => name).sort();
}
