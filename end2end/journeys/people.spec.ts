// A person's way through Hermod: stored by hand, found, changed, joined with another one by a file, taken out, erased.

import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import { expect, field, hydrated, signIn, test, violations } from "../support/page.ts";
import { addUser } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { SlowUpload } from "../support/upload.ts";

const ANN = "ann@example.com";
const NUMBER = "+821012345678";
/** More than one transaction writes. */
const ROWS = 1_500;

test("a person is stored, found, changed, joined with another, taken out and erased", async ({ page, hermod }) => {
  await addUser(hermod);
  await signIn(page);
  await store(page, `phone ${NUMBER}`, '{ "person": { "city": "Busan" } }');
  await store(page, `email ${ANN}\ncrm 17`, '{ "person": { "firstName": "Anne" } }');
  await expect(page.getByRole("heading", { level: 1, name: ANN })).toBeVisible();

  await find(page, "17");
  await page.getByRole("link", { name: text("people.edit"), exact: true }).click();
  await field(page, text("people.attributes")).fill('{ "person": { "firstName": "Ann" } }');
  await isFit(page);
  await page.getByRole("button", { name: text("people.save") }).click();
  await expect(attributes(page)).toContainText('"firstName": "Ann"');
  await isFit(page);

  await importFile(page, hermod.url);
  await find(page, ANN);
  // The two are one, with what was known of either.
  await expect(page.getByText(NUMBER, { exact: true })).toBeVisible();
  await expect(attributes(page)).toContainText('"city": "Busan"');
  await expect(attributes(page)).toContainText('"points": "7"');

  const kept = JSON.parse(await download(page, page.getByRole("link", { name: text("people.export") })));
  expect(kept.profile.identities).toHaveLength(3);
  await erase(page);
});

/** Stores somebody new, and stands on the person's page. */
async function store(page: Page, identities: string, attributes: string): Promise<void> {
  await page.goto("/dev/people/profiles/new");
  await field(page, text("people.identities")).fill(identities);
  await field(page, text("people.attributes")).fill(attributes);
  await page.getByRole("button", { name: text("people.save") }).click();
  await expect(page).toHaveURL(/\/profiles\/pro_\w+$/);
}

/** Searches for a user id that begins so, and opens the one person who has it. */
async function find(page: Page, start: string): Promise<void> {
  await page.goto("/dev/people/profiles");
  await field(page, text("people.starts_with")).fill(start);
  await page.getByRole("button", { name: text("common.filter") }).click();
  await expect(page).toHaveURL(/start=/);
  const found = page.getByRole("region", { name: text("people.profiles") }).getByRole("rowheader");
  await expect(found).toHaveCount(1);
  await isFit(page);
  await found.getByRole("link").click();
  await expect(page).toHaveURL(/\/profiles\/pro_\w+$/);
  await hydrated(page);
}

/** A file over a slow line: its page says how far it is, and afterwards which row is no good. */
async function importFile(page: Page, url: string): Promise<void> {
  const row = page.getByRole("row", { name: "people.csv" });
  await page.goto("/dev/people/imports");
  await hydrated(page);
  const header = "email,phone,points\n";
  const people = Array.from({ length: ROWS }, (_, number) => `p${number}@example.com,,${number}\n`).join("");
  const rest = `${ANN},${NUMBER},7\nnobody,,1\n`;
  const upload = await SlowUpload.begin(page, new URL("/files/profiles/dev", url), "people.csv", header + people, rest);
  await expect(row.getByRole("progressbar")).toBeVisible();
  await expect(row.getByText(text("progress.minute_left"))).toBeVisible();
  await expect(row).toContainText(/\d people\/s/);
  await isFit(page);
  expect(await upload.finish()).toBe(303);
  await expect(row.getByText(text("people.status_complete"), { exact: true })).toBeVisible();
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  const faults = row.getByRole("link", { name: text("people.download_errors", { count: 1, name: "people.csv" }) });
  const table = await download(page, faults);
  expect(table.split("\r\n")[1]).toMatch(new RegExp(`^${ROWS + 3},"email",`));
  await isFit(page);
}

async function erase(page: Page): Promise<void> {
  await page.getByRole("button", { name: text("settings_sandbox.erase"), exact: true }).click();
  const question = page.getByRole("dialog");
  await question.getByRole("textbox").fill(ANN);
  await isFit(page);
  await question.getByRole("button", { name: text("settings_sandbox.erase_for_good") }).click();
  await expect(page.getByRole("heading", { level: 1, name: text("people.erased_title") })).toBeVisible();
  await page.goto(`/dev/people/profiles?start=${encodeURIComponent(ANN)}`);
  await expect(page.getByText(text("people.none_found"), { exact: true })).toBeVisible();
}

function attributes(page: Page): Locator {
  return page.getByRole("region", { name: text("people.attributes") });
}

/** What the browser saves when this is pressed. */
async function download(page: Page, link: Locator): Promise<string> {
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return await readFile(await saved.path(), "utf8");
}

async function isFit(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}
