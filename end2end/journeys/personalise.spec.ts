// Values are put into a mail as they are typed and from the panel; what is wrong is told where it stands.

import type { Page } from "@playwright/test";

import { expect, field, hydrated, signIn, test, violations } from "../support/page.ts";
import { addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

const html = (page: Page) => field(page, text("content_step.html"));
const proposals = (page: Page) => page.getByRole("listbox", { name: text("expressions.proposals") });

test.beforeEach(async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  await signIn(page);
  await addAttribute(page, "firstName", "Given name", "Ann");
  await addAttribute(page, "city", "Where they live", "Busan");
  await Wizard.open(page, ids.get("Order confirmation") ?? "", "content");
  await hydrated(page);
});

async function addAttribute(page: Page, path: string, label: string, example: string): Promise<void> {
  await page.goto("/dev/people/attributes");
  await field(page, text("people.path")).fill(path);
  await field(page, text("people.label")).fill(label);
  await field(page, text("people.example")).fill(example);
  await page.getByRole("button", { name: text("people.add") }).click();
  await expect(page.getByRole("rowheader", { name: path })).toBeVisible();
}

test("a value is picked with the keyboard while it is typed", async ({ page }) => {
  const wizard = new Wizard(page);
  const subject = field(page, text("content_step.subject"));
  await subject.fill("");
  await subject.pressSequentially("Hello {{ pro");
  await expect(proposals(page).getByRole("option")).toHaveCount(2);
  await expect(page.getByRole("status").filter({ hasText: text("expressions.count", { count: 2 }) })).toHaveCount(1);
  const chosen = await subject.getAttribute("aria-activedescendant");
  await expect(page.locator(`#${chosen}`)).toContainText("profile.firstName");
  expect(await violations(page, ["iframe"])).toEqual([]);
  await subject.press("ArrowDown");
  await subject.press("ArrowUp");
  await subject.press("Enter");
  await expect(subject).toHaveValue("Hello {{ profile.firstName }}");
  await expect(proposals(page)).toBeHidden();
  await expect(wizard.preview.locator(".mail-subject")).toHaveText(/Hello \S+/);

  // A filter, asked for by Ctrl-Space, and one that is given up.
  await subject.fill("{{ profile.city | }}");
  for (let step = 0; step < 3; step++) await subject.press("ArrowLeft");
  await subject.press("Control+Space");
  await expect(proposals(page)).toBeVisible();
  await subject.press("Escape");
  await expect(proposals(page)).toBeHidden();
  await subject.pressSequentially(" upp");
  await subject.press("Tab");
  await expect(subject).toHaveValue("{{ profile.city | upper }}");
  await expect(subject).toBeFocused();
});

test("a value is inserted with what stands there when it is missing", async ({ page }) => {
  const subject = field(page, text("content_step.subject"));
  await subject.fill("Hello !");
  await subject.press("ArrowLeft");
  const opener = page.getByRole("button", { name: text("expressions.insert") }).first();
  await opener.click();
  const panel = page.getByRole("dialog", { name: text("expressions.insert") });
  await panel.getByLabel(text("expressions.find")).fill("given");
  await expect(panel.getByLabel(text("expressions.values")).locator("option")).toHaveCount(1);
  await panel.getByLabel(text("expressions.fallback")).fill('my "friend"');
  await expect(panel.locator("code")).toHaveText('{{ profile.firstName | default(value="my \\"friend\\"") }}');
  expect(await violations(page, ["iframe"])).toEqual([]);
  await panel.getByRole("button", { name: text("expressions.insert_it"), exact: true }).click();
  await expect(panel).toBeHidden();
  await expect(subject).toHaveValue('Hello {{ profile.firstName | default(value="my \\"friend\\"") }}!');
  await expect(subject).toBeFocused();
  // It can be taken back as if it had been typed.
  await subject.press("Control+z");
  await expect(subject).toHaveValue("Hello !");
});

test("a mistake is told at its place and goes when it is mended", async ({ page }) => {
  const wizard = new Wizard(page);
  await html(page).fill('<p>\n  <a href="{{ unsubscribe_url }}">x</a> {{ context.name | shout }}</p>');
  const place = page.getByRole("button", { name: text("expressions.place", { line: 2, column: 59 }) });
  await expect(place).toBeVisible();
  await expect(page.locator(".mark-fault")).toHaveText("shout");
  await expect(html(page)).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("heading", { level: 2 }).first().click();
  await place.click();
  await expect(html(page)).toBeFocused();
  for (let letter = 0; letter < "shout".length; letter++) await html(page).press("Delete");
  await html(page).pressSequentially("upper ");
  await html(page).press("Escape");
  await expect(place).toBeHidden();
  await expect(page.locator(".mark-fault")).toHaveCount(0);
  await expect(html(page)).not.toHaveAttribute("aria-invalid");
  await expect.poll(async () => (await wizard.shown()).html).toContain("</a> ");
});

test("Korean is put together in the field, and the preview follows", async ({ page, context }) => {
  const wizard = new Wizard(page);
  const subject = field(page, text("content_step.subject"));
  await subject.fill("");
  const keyboard = await context.newCDPSession(page);
  for (const syllable of ["ㅎ", "하", "한"]) {
    await keyboard.send("Input.imeSetComposition", { text: syllable, selectionStart: 1, selectionEnd: 1 });
    await expect(subject).toHaveValue(syllable);
  }
  await keyboard.send("Input.insertText", { text: "한" });
  await keyboard.send("Input.insertText", { text: "국 {{ context.도시 }}" });
  await expect(subject).toHaveValue("한국 {{ context.도시 }}");
  await expect(page.locator(".expression").first().locator(".expression-layer")).toHaveText("한국 {{ context.도시 }}");
  await subject.fill("한국 🎉 {{ context.order.id }}");
  await expect(wizard.preview.locator(".mail-subject")).toContainText("한국 🎉");
});
