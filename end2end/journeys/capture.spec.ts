// A fresh installation sends nothing: whatever is triggered lands in the inbox of the console.

import { expect, signIn, test } from "../support/page.ts";
import { addUser, apply, createClient, orderCampaign, shopConfiguration, trigger } from "../support/seed.ts";
import { text } from "../support/texts.ts";

test("on a fresh installation the mail lands in the inbox and reaches no mail server", async ({ page, hermod, smtp }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(smtp.port), orderCampaign());
  const client = await createClient(hermod);
  await signIn(page);
  await expect(page.getByText(text("layout.capture"), { exact: true })).toBeVisible();
  await page.getByRole("link", { name: text("layout.inbox"), exact: true }).click();
  await expect(page.getByRole("heading", { name: text("inbox.none") })).toBeVisible();
  await expect(page.getByText(text("messages.live"))).toBeVisible();

  await trigger(hermod, client, ids.get("Order confirmation") ?? "", "ben@example.com");

  await page.getByRole("navigation", { name: text("inbox.title") }).getByRole("link", { name: /ben@example\.com/ }).click();
  const chosen = page.getByRole("region", { name: text("inbox.chosen") });
  await expect(chosen.getByText("Order 1001", { exact: true })).toBeVisible();
  const shown = chosen.frameLocator("iframe");
  await expect(shown.getByText("Thank you for order 1001.")).toBeVisible();
  await chosen.getByRole("link", { name: text("inbox.open_message") }).click();
  await expect(page.getByText(text("messages.is_captured"))).toBeVisible();
  // The message has come to its end, so nothing is on its way to the mail server any more.
  expect(smtp.received).toHaveLength(0);
});
