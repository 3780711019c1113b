// Suppression and allow list: entered by hand, removed, and put back.

import { expect, hydrated, signIn, test } from "../support/page.ts";
import { addUser } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const ADDRESS = "carl@example.com";
const LISTS = [
  { list: "suppressed", add: "suppressions.add" },
  { list: "allowed", add: "suppressions.allow" },
] as const;

test("what is removed from a list by mistake is put back", async ({ page, hermod }) => {
  await addUser(hermod);
  await signIn(page);
  for (const { list, add } of LISTS) {
    await page.goto(`/dev/settings/suppressions?list=${list}`);
    await hydrated(page);
    await page.locator('input[name="entry"]').fill(ADDRESS);
    await page.getByRole("button", { name: text(add), exact: true }).click();
    const row = page.getByRole("row", { name: ADDRESS });
    await expect(row).toBeVisible();
    await row.getByRole("button", { name: text("suppressions.remove_of", { address: ADDRESS }) }).click();
    await expect(row).toHaveCount(0);
    await page.getByRole("button", { name: text("suppressions.undo") }).click();
    await expect(row).toBeVisible();
    await expect(page.getByRole("button", { name: text("suppressions.undo") })).toHaveCount(0);
  }
});
