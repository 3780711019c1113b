// A run goes on under the question whether to pause it: the question waits for its answer.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, hydrated, signIn, test } from "../support/page.ts";
import { addUser, apply, callApi, createClient, news } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const CAMPAIGN = news("Readers", "schedule: { messagesPerSecond: 5 }");

test("a run is paused while it runs, however often its page learns something new", async ({ page, hermod }) => {
  await addUser(hermod);
  const readers = join(hermod.dataFolder, "readers.jsonl");
  const lines = Array.from({ length: 500 }, (_, number) => JSON.stringify({ userId: `reader${number}@example.com` }));
  await writeFile(readers, lines.join("\n"));
  await hermod.command(["audience", "import", "--sandbox", "dev", "--name", "Readers", "--opted-in", "Form", readers]);
  const ids = await apply(hermod, CAMPAIGN);
  const client = await createClient(hermod);
  await callApi(hermod, client, "executions/audience", { campaignId: ids.get("News") });

  await signIn(page);
  await page.goto("/dev/executions");
  await page.getByRole("rowheader").getByRole("link").first().click();
  await hydrated(page);
  const counts = page.locator(".counts").first();
  const before = await counts.textContent();
  await expect(counts).not.toHaveText(before ?? "");

  await page.getByRole("button", { name: text("executions.pause"), exact: true }).click();
  const question = page.getByRole("dialog", { name: text("executions.pause"), exact: true });
  await expect(question).toBeVisible();
  // Messages go out meanwhile, and the page is told of them: seen from a second page.
  const other = await page.context().newPage();
  await other.goto(page.url());
  const then = await other.locator(".counts").first().textContent();
  await expect(other.locator(".counts").first()).not.toHaveText(then ?? "");
  await other.close();
  await expect(question).toBeVisible();

  await question.getByRole("button", { name: text("executions.pause"), exact: true }).click();
  await expect(page.getByRole("button", { name: text("executions.resume") })).toBeVisible();
  await expect(question).toBeHidden();
});
