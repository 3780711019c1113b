// The first visit: there is no default password, and the administrator is created in the browser.

import { expect, test } from "../support/page.ts";
import { ANN } from "../support/seed.ts";
import { text } from "../support/texts.ts";

test.use({ javaScriptEnabled: false });

test("the first visit creates the administrator, also without JavaScript", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/set-up$/);
  await page.getByLabel(text("session.email")).fill(ANN.email);
  await page.getByLabel(text("session.password")).fill(ANN.password);
  await page.getByRole("button", { name: text("session.create_administrator") }).click();
  await expect(page).toHaveURL(/\/dev\/campaigns$/);
  await expect(page.getByRole("navigation", { name: text("layout.navigation") })).toBeVisible();
});
