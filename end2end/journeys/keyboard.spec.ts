// Everything can be done with the keyboard alone.

import type { Locator, Page } from "@playwright/test";

import { expect, field, hydrated, test } from "../support/page.ts";
import { ANN, addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const MOST_STOPS = 60;

test("signing in, opening a step and saving it need no mouse", async ({ page, hermod }) => {
  await addUser(hermod);
  await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel(text("session.email")));
  await page.keyboard.type(ANN.email);
  await tabTo(page, page.getByLabel(text("session.password")));
  await page.keyboard.type(ANN.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dev\/campaigns$/);

  await page.reload();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: text("common.skip") })).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("link", { name: new RegExp(text("campaigns.next_finish")) }));
  await expect(page).toHaveURL(/\/edit\?step=properties/);
  await hydrated(page);

  await tabTo(page, field(page, text("wizard.description")));
  await page.keyboard.type("Written without a mouse.");
  await press(page, page.getByRole("button", { name: text("wizard.save_and_continue") }));
  // The focus goes to the heading of the new step, not back to the start of the page.
  await expect(page.getByRole("heading", { name: text("wizard.action"), exact: true })).toBeFocused();

  await press(page, page.getByRole("link", { name: new RegExp(`^${text("wizard.back")}$`) }));
  await expect(field(page, text("wizard.description"))).toHaveValue("Written without a mouse.");
});

/** Presses Tab until the focus is there, and checks that it can be seen. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
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

async function press(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Enter");
}
