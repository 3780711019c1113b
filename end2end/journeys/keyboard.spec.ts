// Everything can be done with the keyboard alone.

import { press, tabTo } from "../support/keyboard.ts";
import { expect, field, hydrated, test } from "../support/page.ts";
import { ANN, addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";

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
