// Every page in both languages, both themes, at a desk and on a phone: accessible, no faults in the browser, nothing too wide.

import { join } from "node:path";

import type { Page } from "@playwright/test";

import { channels } from "../support/channels.ts";
import type { Hermod } from "../support/hermod.ts";
import { expect, hydrated, signIn, test, violations } from "../support/page.ts";
import { addUser } from "../support/seed.ts";
import { LANGUAGES, type Language } from "../support/texts.ts";
import { ONE_RULE, TWO_LANGUAGES, TWO_TREATMENTS } from "../support/variants.ts";

const HEIGHT = 900;

/** Each language is looked at in two of the four ways, so that all four are seen. */
const WAYS: Record<Language, Way[]> = {
  en: [{ theme: "light", width: 1440 }, { theme: "dark", width: 390 }],
  ko: [{ theme: "dark", width: 1440 }, { theme: "light", width: 390 }],
};

interface Way {
  theme: "light" | "dark";
  width: number;
}

const STEPS = ["properties", "action", "content", "audience", "schedule", "review", "trigger"];

test.use({ start: { flags: ["--demo"] }, contextOptions: { reducedMotion: "reduce" } });
test.describe.configure({ mode: "parallel", timeout: 900_000 });

for (const language of LANGUAGES) {
  test(`every page in ${language}`, async ({ page, context, hermod, faults }) => {
    faults.tolerate(/status of 404/);
    await context.addCookies([{ name: "hermod_language", value: language, url: hermod.url }]);
    const complaints = await look(page, language, "set-up", "/set-up");
    await addUser(hermod);
    complaints.push(...(await look(page, language, "sign-in", "/sign-in")));
    await context.addCookies([{ name: "hermod_language", value: "en", url: hermod.url }]);
    await signIn(page);
    await context.addCookies([{ name: "hermod_language", value: language, url: hermod.url }]);
    const all = [...(await pages(page)), ...(await pagesOfPeople(page)), ...(await pagesOfChannels(page, hermod))];
    for (const [name, path] of all) complaints.push(...(await look(page, language, name, path)));
    expect(complaints).toEqual([]);
  });
}

/** Name and path of every page, with something to look at on each; and of the lists while they are empty. */
async function pages(page: Page): Promise<[string, string][]> {
  const campaign = await firstLink(page, "/dev/campaigns?name=order", /\/dev\/campaigns\/cmp_\w+$/);
  const letter = await firstLink(page, "/dev/campaigns?name=letter", /\/dev\/campaigns\/cmp_\w+$/);
  const configuration = await firstLink(page, "/dev/settings/configurations", /\/configurations\/[a-z]+_\w+$/);
  const execution = await firstLink(page, "/dev/executions", /\/executions\/[\w-]+$/);
  const message = (state: string) => firstLink(page, `/dev/messages?state=${state}`, /\/messages\/msg_\w+$/);
  const captured = await message("captured");
  return [
    ["campaigns", "/dev/campaigns"],
    ["campaigns-none-found", "/dev/campaigns?name=nothing-has-this-name"],
    ["campaign-new", "/dev/campaigns/new"],
    ["campaign", campaign],
    ["campaign-marketing", letter],
    ["step-audience-marketing", `${letter}/edit?step=audience`],
    ["step-schedule-marketing", `${letter}/edit?step=schedule`],
    ["audiences", "/dev/audiences"],
    ["designer-start", `${campaign}/design`],
    ["designer", `${await designed(page)}/design`],
    ...(await pagesOfVariants(page)),
    ...STEPS.map((step): [string, string] => [`step-${step}`, `${campaign}/edit?step=${step}`]),
    // Part of the rows: looking at each of them takes long and shows nothing new.
    ["executions", "/dev/executions?state=Failed"],
    ["execution", execution],
    ["messages", "/dev/messages?state=failed"],
    ["message-sent", await message("sent")],
    ["message-failed", await message("failed")],
    ["message-waiting", await message("queued")],
    ["message-excluded", await message("excluded")],
    ["message-cancelled", await message("cancelled")],
    ["message-in-doubt", await message("in_doubt")],
    ["message-headers", `${captured}?tab=headers`],
    ["inbox", `/dev/inbox?message=${captured.split("/").at(-1)}`],
    ["settings", "/dev/settings"],
    ["configurations", "/dev/settings/configurations"],
    ["configuration-new", "/dev/settings/configurations/new"],
    ["configuration", configuration],
    ["api-clients", "/dev/settings/api-clients"],
    ["users", "/dev/settings/users"],
    ["sandbox", "/dev/settings/sandbox"],
    ["account", "/dev/settings/account"],
    ["empty-campaigns", "/prod/campaigns"],
    ["empty-audiences", "/prod/audiences"],
    ["empty-messages", "/prod/messages"],
    ["empty-inbox", "/prod/inbox"],
    ["empty-configurations", "/prod/settings/configurations"],
    ["library", "/dev/library"],
    ["fragments", "/dev/library/fragments"],
    ["images", "/dev/library/images"],
    ["not-found", "/dev/nothing-here"],
    ["message-not-found", "/dev/messages/msg_nothing"],
  ];
}

/** A draft with nothing in it; its path. */
async function newCampaign(page: Page, name: string): Promise<string> {
  await page.goto("/dev/campaigns/new");
  await page.locator("[name=name]").fill(name);
  await page.getByRole("main").getByRole("button").last().click();
  await expect(page).toHaveURL(/\/edit\?step=properties/);
  return new URL(page.url()).pathname.replace("/edit", "");
}

/** A mail of blocks; its path. */
async function designed(page: Page): Promise<string> {
  const path = await newCampaign(page, "Designed");
  await page.goto(`${path}/design`);
  await hydrated(page);
  await page.locator(".gallery-card").nth(2).click();
  await page.locator(".page-actions .button:not(.button-secondary)").click();
  await expect(page.locator(".unsaved")).toHaveCount(0);
  return path;
}

/** The steps of a draft with an experiment, a rule and two languages. */
async function pagesOfVariants(page: Page): Promise<[string, string][]> {
  const path = await newCampaign(page, "Varied");
  await page.goto(`${path}/edit?step=action`);
  await page.locator(".variants-section > details").click();
  await page.locator("[name='fields[variants]']").fill(JSON.stringify({ ...TWO_LANGUAGES, ...TWO_TREATMENTS, ...ONE_RULE }));
  await page.locator(".save-only").click();
  await expect(page).toHaveURL(/saved=/);
  const content = `${path}/edit?step=content`;
  return [
    ["step-action-variants", `${path}/edit?step=action`],
    ["step-content-variants", content],
    ["step-content-stand-in", `${content}&variant=b/r1/ko`],
    ["step-content-beside", `${content}&variant=a/-/-&beside=b/-/ko`],
    ["step-review-variants", `${path}/edit?step=review&variant=b/r1/ko`],
  ];
}

/** Who may be written to, and how often. */
async function pagesOfPeople(page: Page): Promise<[string, string][]> {
  const audience = await linkOf(page, "/dev/people/audiences", "Readers");
  const byRule = await linkOf(page, "/dev/people/audiences", "Regulars");
  const ruleSet = await linkOf(page, "/dev/settings/rule-sets", "Not too often");
  const globalSet = await firstLink(page, "/dev/settings/rule-sets", /\/rule-sets\/rls_\w+$/);
  const profile = await firstLink(page, "/dev/people/profiles?start=ann.0%40", /\/profiles\/pro_\w+$/);
  return [
    ["profiles", "/dev/people/profiles?start=luca"],
    ["profiles-none-found", "/dev/people/profiles?start=nobody-begins-like-this"],
    ["profile", profile],
    ["profile-edit", `${profile}/edit`],
    ["profile-new", "/dev/people/profiles/new"],
    ["attributes", "/dev/people/attributes"],
    ["profile-imports", "/dev/people/imports"],
    ["audience", audience],
    ["audience-by-rule", byRule],
    ["audience-rule", `${byRule}/rule`],
    ["audience-new", "/dev/people/audiences/new"],
    ["consent", "/dev/people/consent?channel=email&address=ann.0%40mail.example"],
    ["topics", "/dev/people/topics"],
    ["rule-sets", "/dev/settings/rule-sets"],
    ["rule-set", ruleSet],
    ["rule-set-cap", `${ruleSet}?new=cap`],
    ["rule-set-quiet-hours", `${ruleSet}?new=quiet_hours`],
    ["rule-set-global", globalSet],
    ["empty-profiles", "/prod/people/profiles"],
    ["empty-attributes", "/prod/people/attributes"],
    ["empty-imports", "/prod/people/imports"],
    ["empty-topics", "/prod/people/topics"],
  ];
}

/** The pages that only channels beside email, or their providers, have something to show on. */
async function pagesOfChannels(page: Page, hermod: Hermod): Promise<[string, string][]> {
  const email = await firstLink(page, "/dev/settings/configurations", /\/configurations\/[a-z]+_\w+$/);
  const ids = await channels(hermod);
  const rich = `/dev/campaigns/${ids.get("Rich message")}`;
  const configurations = "/dev/settings/configurations";
  return [
    ["step-content-rcs", `${rich}/edit?step=content`],
    ["step-content-live-activity", `/dev/campaigns/${ids.get("Delivery")}/edit?step=content`],
    ["message-rcs", await firstLink(page, "/dev/messages?channel=mobile", /\/messages\/msg_\w+$/)],
    ["replies", "/dev/messages/replies"],
    ["devices", "/dev/settings/devices"],
    ["suppressions", "/dev/settings/suppressions"],
    ["suppressions-allowed", "/dev/settings/suppressions?list=allowed"],
    ["suppressions-files", "/dev/settings/suppressions?list=files"],
    ["configuration-mobile", `${configurations}/${ids.get("Text messages")}`],
    ["configuration-push", `${configurations}/${ids.get("App")}`],
    ["configuration-new-mobile", `${configurations}/new?channel=mobile`],
    ["deliverability", `${email}/deliverability`],
  ];
}

/** Where the link of a page with this name leads. */
async function linkOf(page: Page, path: string, name: string): Promise<string> {
  await page.goto(path);
  return (await page.getByRole("main").getByRole("link", { name, exact: true }).getAttribute("href")) ?? "";
}

/** The first link of a page whose path looks so. */
async function firstLink(page: Page, path: string, wanted: RegExp): Promise<string> {
  await page.goto(path);
  const links = page.getByRole("main").getByRole("link");
  await expect(links.first()).toBeVisible();
  const paths = await links.evaluateAll((found) => found.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
  const first = paths.find((found) => wanted.test(found));
  if (first === undefined) throw new Error(`${path} has no link like ${wanted}: ${paths.join(" ")}`);
  return first;
}

/** Complaints about a page in the ways of its language. */
async function look(page: Page, language: Language, name: string, path: string): Promise<string[]> {
  return await test.step(`${name}: ${path}`, async () => {
    await page.setViewportSize({ width: 1440, height: HEIGHT });
    await page.goto(path);
    await hydrated(page);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    const complaints: string[] = [];
    for (const way of WAYS[language]) {
      await show(page, way);
      const found = [...(await tooWide(page, way.width)), ...(await violations(page, ["iframe"]))];
      complaints.push(...found.map((complaint) => `${path}, ${way.theme}, ${way.width}: ${complaint}`));
    }
    await keepScreenshots(page, `${name}-${language}`);
    return complaints;
  });
}

/** What makes the page itself scroll sideways. Tables and code may scroll inside their frames. */
async function tooWide(page: Page, width: number): Promise<string[]> {
  return await page.evaluate((width) => {
    if (document.documentElement.scrollWidth <= width) return [];
    const beyond = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > width + 1);
    return ["wider than the window", ...beyond.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)];
  }, width);
}

async function show(page: Page, { theme, width }: Way): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
}

/** When the environment names a folder, the page is kept there in every way, to be looked at by people. */
async function keepScreenshots(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  for (const way of LANGUAGES.flatMap((language) => WAYS[language])) {
    await show(page, way);
    await page.screenshot({ path: join(folder, `${name}-${way.theme}-${way.width}.png`), fullPage: true });
  }
}
