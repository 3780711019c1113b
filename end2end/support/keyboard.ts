// A person without a mouse.

import type { Locator, Page } from "@playwright/test";

import { expect } from "./page.ts";

const MOST_STOPS = 120;

/** Presses Tab until the focus is there, and checks that it can be seen. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const outline = await wanted.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, "the focus is seen").not.toBe("none");
      return;
    }
  }
  throw new Error(`Tab does not lead to ${wanted}`);
}

/** Goes to a link or a button, and presses it. */
export async function press(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Enter");
}

/** Goes to a field and types into it; a field that chooses takes what begins so. */
export async function typeInto(page: Page, wanted: Locator, words: string): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.type(words);
}
