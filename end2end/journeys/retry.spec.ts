// A mail server that says "later" and then "never": the log says so in the server's own words.

import { expect, signIn, test } from "../support/page.ts";
import { LIVE_SANDBOX, addUser, apply, createClient, orderCampaign, shopConfiguration, trigger } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const LATER = "4.7.1 Try again later, ben is on holiday";
const NEVER = "5.1.1 No such mailbox here";

test.use({ start: { settings: { HERMOD__DELIVERY__RETRY_SCHEDULE_SECONDS: "[5]" } } });

test("a refused message shows the server's words, is tried again, and fails for good", async ({ page, hermod, smtp }) => {
  await addUser(hermod);
  const ids = await apply(hermod, LIVE_SANDBOX, shopConfiguration(smtp.port), orderCampaign());
  const client = await createClient(hermod);
  smtp.refuseNext(451, LATER);
  smtp.refuseNext(550, NEVER);
  await signIn(page);
  await page.goto("/dev/messages");
  await expect(page.getByText(text("messages.live"))).toBeVisible();

  await trigger(hermod, client, ids.get("Order confirmation") ?? "", "ben@example.com");

  const row = page.getByRole("row", { name: "ben@example.com" });
  await expect(row).toContainText(text("states.again"));
  await expect(row).toContainText(LATER);
  await expect(row).toContainText(text("states.failed"));
  await expect(row).toContainText(NEVER);

  await row.getByRole("link", { name: "ben@example.com" }).click();
  const timeline = page.getByRole("region", { name: text("timeline.title") });
  const attempt = (number: number, outcome: string) =>
    timeline.getByRole("listitem").filter({ hasText: text("timeline.attempt", { number, outcome: text(`states.${outcome}`) }) });
  await expect(attempt(1, "retry_later")).toContainText(`451 ${LATER}`);
  await expect(attempt(2, "rejected")).toContainText(`550 ${NEVER}`);
  await expect(page.getByText(text("remedies.smtp_550"))).toBeVisible();
  expect(smtp.received).toHaveLength(0);
});
