// Pages are written by the server and forms are real forms: the console works before, and without, its program.

import { expect, field, signIn, test } from "../support/page.ts";
import { addUser } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

test.use({ javaScriptEnabled: false });

test("without JavaScript a campaign is created and saved, and a fault stands beside its field", async ({ page, hermod }) => {
  await addUser(hermod);
  await signIn(page);

  const wizard = await Wizard.create(page, "Password reset");
  const name = field(page, text("campaigns.name"));
  await name.fill("");
  await page.getByRole("button", { name: text("wizard.save_and_continue") }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription(new RegExp(text("campaigns.name_hint")));
  await expect(page.locator("#field-name-fault")).not.toBeEmpty();

  await name.fill("Password reset, second try");
  await wizard.saveAndContinue("action");
  await expect(page.getByRole("heading", { level: 1, name: "Password reset, second try" })).toBeVisible();

  await wizard.goTo("content");
  await field(page, text("content_step.subject")).fill("Your code {{ context.code }}");
  await field(page, text("content_step.html")).fill("<p>{{ context.code }}</p>");
  await wizard.saveAndContinue("audience");
  await wizard.goTo("content");
  await expect(wizard.preview.locator(".mail-subject")).toContainText(/Your code \S+/);
});
