// A rule inside a rule, written without a mouse; then a campaign runs for whom it holds of.

import type { Locator, Page } from "@playwright/test";

import type { Hermod } from "../support/hermod.ts";
import { press, typeInto } from "../support/keyboard.ts";
import { choice, expect, field, hydrated, signIn, test, violations } from "../support/page.ts";
import { type Client, addUser, apply, callApi, createClient, news } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const NAME = "Seoul and Busan";
const PEOPLE = [
  { email: "ann@example.com", language: "ko", city: "Seoul", test: false },
  { email: "ben@example.com", language: "en", city: "Seoul", test: false },
  { email: "cid@example.com", language: "ko", city: "Jeju", test: false },
  { email: "dan@example.com", language: "ko", city: "Busan", test: true },
];
const CAMPAIGN = news(NAME);

test("a rule inside a rule is written with the keyboard, and a campaign runs for whom it holds of", async ({ page, hermod }) => {
  await addUser(hermod);
  const client = await createClient(hermod);
  await people(hermod, client);
  await signIn(page);
  await page.goto("/dev/people/audiences/new");
  await hydrated(page);
  await typeInto(page, field(page, text("audiences.name")), NAME);
  await press(page, page.getByRole("button", { name: text("audiences.create_and_continue") }));
  await expect(page).toHaveURL(/\/audiences\/aud_\w+\/rule$/);
  await hydrated(page);

  const whole = page.getByRole("group", { name: text("audience_rule.whole"), exact: true });
  await language(page, whole);
  await cities(page, whole);
  await noTests(page, whole);
  await says(page, "condition_added", 3);
  await tellsOfWhomItHolds(page);
  expect(await violations(page)).toEqual([]);
  await press(page, page.getByRole("button", { name: text("audiences.save"), exact: true }));
  await expect(page).toHaveURL(/\/audiences\/aud_\w+$/);
  await expect(page.getByRole("rowheader", { name: "ann@example.com" })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  const ids = await apply(hermod, CAMPAIGN);
  await page.goto("/dev/messages");
  await expect(page.getByText(text("messages.live"))).toBeVisible();
  await callApi(hermod, client, "executions/audience", { campaignId: ids.get("News") });
  await expect(page.getByRole("row", { name: "ann@example.com" })).toContainText(text("states.captured"));
  await expect(page.getByRole("region", { name: text("messages.title") }).getByRole("rowheader")).toHaveCount(1);
});

/** Four people, of whom the rule will hold of one, and all of them want marketing. */
async function people(hermod: Hermod, client: Client): Promise<void> {
  for (const { email, language, city, test } of PEOPLE) {
    const identities = [{ namespace: "email", userId: email }];
    await callApi(hermod, client, "/ajo/profiles", { identities, language, test, attributes: { person: { city } } });
  }
  const agreed = PEOPLE.map(({ email }) => ({ address: email, choice: "in", proof: "Newsletter form" }));
  await callApi(hermod, client, "/ajo/consent", agreed);
}

/** A new rule wants one of its conditions; this one wants each. */
async function language(page: Page, whole: Locator): Promise<void> {
  await typeInto(page, choice(whole, text("audience_rule.join")), firstWord("audience_rule.all"));
  await press(page, whole.getByRole("button", { name: text("audience_rule.add_condition") }));
  await expect(about(whole)).toBeFocused();
  await says(page, "condition_added", 1);
  await page.keyboard.type(text("audience_rule.language"));
  await typeInto(page, field(whole, text("audience_rule.values")), "ko");
}

/** A group of its own: conditions come and go, and the focus is where one goes on. */
async function cities(page: Page, whole: Locator): Promise<void> {
  await press(page, whole.getByRole("button", { name: text("audience_rule.add_group") }));
  const group = whole.getByRole("group", { name: text("audience_rule.group"), exact: true });
  await expect(choice(group, text("audience_rule.join"))).toBeFocused();
  await says(page, "group_added", 2);
  const add = group.getByRole("button", { name: text("audience_rule.add_condition") });
  const remove = group.getByRole("button", { name: text("audience_rule.remove"), exact: true });
  await city(page, group.getByRole("group").nth(0), "Seoul");
  await press(page, add);
  await expect(about(group).nth(1)).toBeFocused();
  await city(page, group.getByRole("group").nth(1), "Busan");
  await press(page, add);
  await press(page, remove.nth(2));
  await expect(add).toBeFocused();
  await says(page, "condition_removed", 2);
  // Gone, too, is the first one: its neighbour takes its place, and the city is written once more.
  await press(page, remove.nth(0));
  await expect(about(group)).toBeFocused();
  await expect(field(group, text("audience_rule.value"))).toHaveValue("Busan");
  await press(page, add);
  await city(page, group.getByRole("group").nth(1), "Seoul");
}

async function city(page: Page, condition: Locator, name: string): Promise<void> {
  await typeInto(page, condition.getByLabel(text("audience_rule.path")), "person.city");
  await typeInto(page, field(condition, text("audience_rule.value")), name);
}

async function noTests(page: Page, whole: Locator): Promise<void> {
  // The last of its buttons: those of the group stand before.
  await press(page, whole.getByRole("button", { name: text("audience_rule.add_condition") }).last());
  const last = about(whole).last();
  await expect(last).toBeFocused();
  await page.keyboard.type(firstWord("audience_rule.test_profile"));
  await typeInto(page, choice(whole, text("audience_rule.wanted")).last(), firstWord("audience_rule.does_not_hold"));
}

async function tellsOfWhomItHolds(page: Page): Promise<void> {
  const estimate = page.getByRole("region", { name: text("audiences.estimate") });
  await expect(estimate).toContainText(text("audiences.of_profiles", { profiles: PEOPLE.length }));
  await expect(estimate.getByRole("listitem")).toHaveText(["a***@example.com"]);
  await expect(page.getByRole("region", { name: text("audiences.who") })).toContainText("Busan");
}

/** As far as a field that chooses listens: a space would open it. */
function firstWord(path: string): string {
  return text(path).split(" ")[0] ?? "";
}

/** What a condition is about. */
function about(within: Locator): Locator {
  return choice(within, text("audience_rule.about"));
}

/** What is said to whoever does not see the page. */
async function says(page: Page, key: string, number: number): Promise<void> {
  await expect(page.locator("p.visually-hidden[aria-live]")).toHaveText(text(`audience_rule.${key}`, { number }));
}
