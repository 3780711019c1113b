// Two people, or two tabs, on one draft: the second save is told, and what was typed is not lost.

import { expect, field, hydrated, signIn, test } from "../support/page.ts";
import { ANN, addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

test("the second of two tabs is told who saved, keeps what was typed, and can save it over", async ({
  page,
  context,
  hermod,
  faults,
}) => {
  faults.tolerate(/status of 409/);
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  await signIn(page);
  const first = await Wizard.open(page, campaign, "properties");
  const second = await Wizard.open(await context.newPage(), campaign, "properties");
  const description = (wizard: Wizard) => field(wizard.page, text("wizard.description"));
  await hydrated(second.page);

  await description(first).fill("Written in the first tab.");
  await first.saveAndContinue("action");

  await description(second).fill("Written in the second tab.");
  await second.page.getByRole("button", { name: text("wizard.save_and_continue") }).click();
  await expect(second.page.getByRole("alert")).toContainText(text("wizard.changed_by", { name: ANN.email }));
  await expect(description(second)).toHaveValue("Written in the second tab.");

  await second.page.getByRole("button", { name: text("wizard.save_over") }).click();
  await second.isAt("action");
  await first.goTo("properties");
  await first.page.reload();
  await expect(description(first)).toHaveValue("Written in the second tab.");
});
