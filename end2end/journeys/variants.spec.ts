// A campaign says different things to different people: in their language, by a rule, by an experiment.

import { DesignerPage } from "../support/designer.ts";
import { choice, expect, field, hydrated, signIn, test } from "../support/page.ts";
import { addUser, apply, callApi, createClient, orderCampaign, shopConfiguration, trigger } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import {
  HALVES,
  ONE_RULE,
  TWO_LANGUAGES,
  TWO_TREATMENTS,
  contents,
  link,
  openContent,
  saveContent,
  setVariants,
  writeOwn,
} from "../support/variants.ts";
import { Wizard } from "../support/wizard.ts";

const MAIN = text("variants.main");
const OWN = text("variants.own");

test("a mail is written in two languages", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  await signIn(page);
  const wizard = await Wizard.open(page, ids.get("Order confirmation") ?? "", "action");
  await hydrated(page);
  await page.getByRole("button", { name: text("variants.languages_on") }).click();
  for (const tag of ["fr", "en", "ko"]) {
    await choice(page, text("variants.add_language")).selectOption(tag);
    await page.getByRole("button", { name: text("variants.add_chosen"), exact: true }).click();
  }
  await page.getByRole("button", { name: text("variants.remove_item", { name: "French" }) }).click();
  await page.getByRole("button", { name: text("variants.undo") }).click();
  await expect(page.getByRole("button", { name: text("variants.move_down", { name: "French" }) })).toBeVisible();
  await page.getByRole("button", { name: text("variants.remove_item", { name: "French" }) }).click();
  await choice(page, text("variants.language_fallback")).selectOption("en");
  await wizard.saveAndContinue("content");

  // Nothing is written in Korean yet.
  await expect(link(page, "Korean")).toContainText(text("variants.not_translated", { name: MAIN }));
  await openContent(page, "Korean");
  await expect(wizard.preview.locator(".mail-subject")).toHaveText("Order 1001");
  await writeOwn(page);
  await expect(field(page, text("content_step.subject"))).toHaveValue("Order {{ context.order.id }}");
  await field(page, text("content_step.subject")).fill("주문 {{ context.order.id }}");
  await expect(wizard.preview.locator(".mail-subject")).toHaveText("주문 1001");
  await field(page, text("content_step.html")).fill("<p>주문해 주셔서 감사합니다.</p>");

  // What is typed is saved on the way to another content.
  await openContent(page, MAIN);
  await expect(field(page, text("content_step.subject"))).toHaveValue("Order {{ context.order.id }}");
  await expect(link(page, "Korean")).toContainText(OWN);
  await openContent(page, "Korean");
  await expect(field(page, text("content_step.subject"))).toHaveValue("주문 {{ context.order.id }}");

  await page.getByRole("button", { name: text("variants.use_stand_in") }).click();
  await expect(link(page, "Korean")).not.toContainText(OWN);
  await page.getByRole("button", { name: text("variants.undo") }).click();
  await expect(field(page, text("content_step.subject"))).toHaveValue("주문 {{ context.order.id }}");
  await page.getByRole("button", { name: text("variants.copy_to_languages") }).click();
  await expect(link(page, "English")).toContainText(OWN);
  await page.getByRole("button", { name: text("variants.undo") }).click();
  await expect(link(page, "English")).not.toContainText(OWN);

  await page.getByRole("link", { name: text("variants.side_by_side") }).click();
  const subjects = page.locator(".beside .mail-subject");
  await expect(subjects).toHaveText(["주문 1001", "Order 1001"]);
  await field(page, "context.order.id").fill("7");
  await expect(subjects).toHaveText(["주문 7", "Order 7"]);

  await wizard.goTo("review");
  await expect(page.getByRole("region", { name: text("wizard.at_a_glance") })).toContainText(`Korean: ${OWN}`);
  await openContent(page, "Korean");
  await expect(wizard.preview.locator(".mail-subject")).toHaveText("주문 1001");
});

test("an experiment is set up, its shares are told, and a treatment is designed", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  await signIn(page);
  const wizard = await Wizard.open(page, campaign, "action");
  await hydrated(page);
  const treatment = (letter: string) => text("variants.treatment_name", { letter });
  const shares = page.locator(".shares-words");
  await page.getByRole("button", { name: text("variants.experiment_on") }).click();
  await expect(field(page, text("variants.control"))).toHaveValue(treatment("A"));
  await expect(field(page, text("variants.control"))).toBeFocused();
  await page.getByRole("button", { name: text("variants.add_treatment") }).click();
  await expect(shares).toContainText(text("variants.share_of", { name: treatment("C"), percent: 33 }));
  await page.getByRole("button", { name: text("variants.remove_item", { name: treatment("C") }) }).click();
  await page.getByRole("spinbutton", { name: text("variants.holdout_percent") }).fill("10");
  const fault = page.getByRole("group", { name: text("variants.shares") }).locator(".field-fault");
  await expect(fault).not.toBeEmpty();
  await page.getByRole("button", { name: text("variants.share_evenly") }).click();
  await expect(fault).toBeEmpty();
  await expect(shares.getByRole("listitem")).toHaveText(
    [treatment("A"), treatment("B")].map((name) => text("variants.share_of", { name, percent: 45 })).concat(
      text("variants.share_of", { name: text("variants.holdout"), percent: 10 }),
    ),
  );
  await wizard.saveAndContinue("content");

  await openContent(page, treatment("B"));
  await writeOwn(page);
  await page.getByRole("link", { name: text("content_step.open_designer") }).click();
  await hydrated(page);
  const designer = await DesignerPage.here(page);
  await designer.startEmpty();
  await designer.part("kind_button").click();
  await field(designer.settings, text("designer.label")).fill("Is it here yet?");
  await designer.settings.getByLabel(text("designer.href")).fill("https://shop.example/orders");
  await designer.save();
  await page.reload();
  expect(await designer.names()).toContain(`${text("designer.kind_button")}: Is it here yet?`);

  await Wizard.open(page, campaign, "content");
  await hydrated(page);
  await expect(field(page, text("content_step.html"))).toHaveValue(/Thank you for order/);
  await openContent(page, treatment("B"));
  await expect(page.getByRole("heading", { name: text("content_step.designed") })).toBeVisible();

  await openContent(page, MAIN);
  await field(page, text("content_step.subject")).fill("");
  await openContent(page, treatment("B"));
  await expect(link(page, MAIN)).toContainText(text("variants.faults", { count: 1 }));
});

test("rules, treatments and languages make rows of contents, and a fault leads to the right one", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  await signIn(page);
  await setVariants(page, campaign, { ...TWO_LANGUAGES, ...TWO_TREATMENTS, ...ONE_RULE });
  const row = contents(page).getByRole("list", { name: "With a question · Gold" });
  await expect(row.getByRole("link")).toHaveCount(3);
  await row.getByRole("link", { name: /^Korean/ }).click();
  await writeOwn(page);
  await field(page, text("content_step.subject")).fill("");
  await saveContent(page);
  const wizard = new Wizard(page);
  await wizard.goTo("review");
  await page.getByRole("link", { name: `With a question · Gold · Korean – ${text("content_step.subject")}` }).click();
  await expect(field(page, text("content_step.subject"))).toBeFocused();
  await expect(row.getByRole("link", { name: /^Korean/ })).toHaveAttribute("aria-current", "true");
});

test("everybody gets the mail in their language, and always the same treatment", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  const client = await createClient(hermod);
  await callApi(hermod, client, "/ajo/profiles", {
    identities: [{ namespace: "email", userId: "kim@example.com" }],
    language: "ko-KR",
  });
  await signIn(page);
  await setVariants(page, campaign, { ...TWO_LANGUAGES, ...HALVES });
  for (const [treatment, subject] of [["As today", "주문 {{ context.order.id }}"], ["With a question", "주문 {{ context.order.id }}?"]]) {
    await contents(page).getByRole("list", { name: treatment }).getByRole("link", { name: /^Korean/ }).click();
    await writeOwn(page);
    await field(page, text("content_step.subject")).fill(subject ?? "");
    await saveContent(page);
  }
  const wholeOf = (treatment: string) => contents(page).getByRole("list", { name: treatment }).getByRole("link").first();
  await wholeOf("With a question").click();
  await writeOwn(page);
  await field(page, text("content_step.subject")).fill("Is order {{ context.order.id }} right?");
  await saveContent(page);
  await (await Wizard.open(page, campaign, "review")).activate();

  const people = Array.from({ length: 20 }, (_, number) => `person${number}@example.com`);
  for (const person of [...people, ...people]) await trigger(hermod, client, campaign, person);
  const kim = { type: "aep", userId: "kim@example.com", namespace: "email", context: { order: { id: "1001" } } };
  await callApi(hermod, client, "executions/unitary", { requestId: "kim-1", campaignId: campaign, recipients: [kim] });
  await page.goto("/dev/inbox");
  const mails = page.getByRole("navigation", { name: text("inbox.title") }).getByRole("link");
  await expect(mails.filter({ hasText: "kim@example.com" })).toContainText(/주문 1001/);
  for (const subject of ["Order 1001", "Is order 1001 right?"]) {
    expect(await mails.filter({ hasText: subject }).count(), subject).toBeGreaterThan(0);
  }
  for (const person of people) {
    const texts = await mails.filter({ hasText: person }).allTextContents();
    expect(new Set(texts.map((words) => /(Is order|Order) 1001/.exec(words)?.[0])).size, person).toBe(1);
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("variants are given as JSON, and a content of one is written", async ({ page, hermod }) => {
    await addUser(hermod);
    const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
    await signIn(page);
    await setVariants(page, ids.get("Order confirmation") ?? "", TWO_LANGUAGES);
    await openContent(page, "Korean");
    await page.getByRole("button", { name: text("variants.write_own") }).click();
    await field(page, text("content_step.subject")).fill("주문");
    await saveContent(page);
    await expect(link(page, "Korean")).toContainText(OWN);
    await expect(field(page, text("content_step.subject"))).toHaveValue("주문");
  });
});
