// What an author says of the values of a content: seen in the preview at once, saved with the step, warned of before it breaks callers.

import { choice, expect, field, hydrated, signIn, test } from "../support/page.ts";
import { addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

const ORDER = "context.order.id";
const NOTE = "context.note";

test("types and examples are chosen while templates are typed, and the review names what breaks callers", async ({
  page,
  hermod,
}) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("live"));
  await signIn(page);
  const wizard = await Wizard.open(page, ids.get("Order confirmation") ?? "", "content");
  await hydrated(page);
  const value = (path: string) => page.getByRole("group", { name: path, exact: true });
  const subject = wizard.preview.locator(".mail-subject");

  await choice(value(ORDER), text("trigger.kind")).selectOption("string");
  await field(value(ORDER), text("trigger.example")).fill("007");
  await expect(subject).toHaveText("Order 007");
  await expect(field(wizard.preview, ORDER)).toHaveValue("007");

  await field(page, text("content_step.preheader")).fill('{{ context.note | default(value="") }}');
  await expect(value(NOTE)).toContainText(text("content_step.read_in", { templates: text("content_step.preheader") }));
  await choice(value(NOTE), text("trigger.needed")).selectOption("true");
  await choice(value(NOTE), text("trigger.kind")).selectOption("boolean");
  await wizard.saveAndContinue("audience");

  await wizard.goTo("review");
  const warned = page.getByRole("region", { name: text("wizard.breaks_callers", { version: "1" }) });
  await expect(warned.getByRole("listitem")).toHaveCount(2);
  await expect(warned).toContainText(ORDER);
  await warned.getByRole("link").last().click();
  await expect(value(NOTE)).toBeFocused();
  await expect(choice(value(NOTE), text("trigger.kind"))).toHaveValue("boolean");
  await expect(field(value(ORDER), text("trigger.example"))).toHaveValue("007");
});
