// The first visit: there is no default password, and the administrator is created in the browser.

import { expect, test } from "../support/page.ts";

test.use({ javaScriptEnabled: false });

test("the first visit creates the administrator, also without JavaScript", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/set-up$/);
  await page.getByLabel("Email address").fill("ann@example.com");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page).toHaveURL(/\/dev\/campaigns$/);
  await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
});
