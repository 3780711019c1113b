// How often marketing reaches a person: a set of rules is made, and the message that is one too many says why it did not go.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import type { Hermod } from "../support/hermod.ts";
import { choice, expect, field, signIn, test, violations } from "../support/page.ts";
import { addUser, apply, callApi, createClient, news } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const SET = "Seldom";
const CAP = "Once a month";
const QUIET = "Holidays";
const READER = "reader@example.com";
const CAMPAIGN = news("Readers", `ruleSet: ${SET}`);

test("the second message of a month is one too many, and its page says so", async ({ page, hermod }) => {
  await addUser(hermod);
  await signIn(page);
  await page.goto("/dev/settings/rule-sets");
  await field(page, text("rule_sets.set_name")).fill(SET);
  await page.getByRole("button", { name: text("rule_sets.create") }).click();
  await expect(page.getByRole("heading", { level: 1, name: SET })).toBeVisible();
  await cap(page);
  await quietHours(page);
  await activate(page);
  expect(await violations(page)).toEqual([]);

  await letters(hermod, page);
  await page.getByRole("row", { name: READER }).filter({ hasText: text("states.excluded") }).getByRole("link").first().click();
  const headline = page.getByRole("status");
  await expect(headline).toContainText(text("reasons.frequency_cap"));
  await expect(headline).toContainText(`“${CAP}”: 1 of 1 in this month`);
  expect(await violations(page)).toEqual([]);
});

async function cap(page: Page): Promise<void> {
  await page.getByRole("link", { name: text("rule_sets.add_cap") }).click();
  const form = page.getByRole("region", { name: text("rule_sets.cap") });
  await field(form, text("rule_sets.rule_name")).fill(CAP);
  await form.getByLabel(text("rule_sets.count")).fill("1");
  await choice(form, text("rule_sets.period")).selectOption("month");
  expect(await violations(page)).toEqual([]);
  await form.getByRole("button", { name: text("rule_sets.save") }).click();
  await expect(page.getByRole("heading", { level: 3, name: CAP })).toBeVisible();
}

/** On days that are long over, so that the clock of this machine does not matter. */
async function quietHours(page: Page): Promise<void> {
  await page.getByRole("link", { name: text("rule_sets.add_quiet") }).click();
  const form = page.getByRole("region", { name: text("rule_sets.quiet_hours") });
  await field(form, text("rule_sets.rule_name")).fill(QUIET);
  const period = form.getByRole("group", { name: text("rule_sets.period_title", { number: 1 }), exact: true });
  await choice(period, text("rule_sets.period_kind")).selectOption("dates");
  await period.getByLabel(text("rule_sets.starts")).fill("2020-12-24T12:00");
  await period.getByLabel(text("rule_sets.ends")).fill("2020-12-26T12:00");
  expect(await violations(page)).toEqual([]);
  await form.getByRole("button", { name: text("rule_sets.save") }).click();
  await expect(page.getByRole("heading", { level: 3, name: QUIET })).toBeVisible();
}

/** Both rules, and the set. */
async function activate(page: Page): Promise<void> {
  for (const name of [CAP, QUIET]) {
    await page.getByRole("button", { name: text("rule_sets.activate_of", { name }) }).click();
    const rule = page.getByRole("region", { name, exact: true });
    await expect(rule.getByText(text("rule_sets.active"), { exact: true })).toBeVisible();
  }
  const status = page.getByRole("region", { name: text("rule_sets.status") });
  await status.getByRole("button", { name: text("rule_sets.activate"), exact: true }).click();
  await expect(status.getByText(text("rule_sets.active"), { exact: true })).toBeVisible();
}

/** Two letters to one reader; stands on the list of both. */
async function letters(hermod: Hermod, page: Page): Promise<void> {
  const list = join(hermod.dataFolder, "readers.jsonl");
  await writeFile(list, `${JSON.stringify({ userId: READER })}\n`);
  const flags = ["--sandbox", "dev", "--name", "Readers", "--opted-in", "Newsletter form", list];
  await hermod.command(["audience", "import", ...flags]);
  const ids = await apply(hermod, CAMPAIGN);
  const client = await createClient(hermod);
  await page.goto("/dev/messages");
  await expect(page.getByText(text("messages.live"))).toBeVisible();
  const rows = page.getByRole("row", { name: READER });
  for (const count of [1, 2]) {
    await callApi(hermod, client, "executions/audience", { campaignId: ids.get("News") });
    await expect(rows).toHaveCount(count);
    await expect(rows.filter({ hasText: text("states.captured") })).toHaveCount(1);
  }
  await expect(rows.filter({ hasText: text("states.excluded") })).toHaveCount(1);
}
