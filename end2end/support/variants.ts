// Variants of a campaign, as a person works with them.

import { type Locator, type Page, expect } from "@playwright/test";

import { field, hydrated } from "./page.ts";
import { text } from "./texts.ts";

/** Two languages, English for everybody else. */
export const TWO_LANGUAGES = {
  languages: { offered: [{ tag: "en", enabled: true }, { tag: "ko", enabled: true }], fallback: "en" },
};

/** An experiment of two treatments; one in ten people gets nothing. */
export const TWO_TREATMENTS = {
  experiment: {
    kind: "ab_test",
    metric: "opened",
    treatments: [{ id: "a", name: "As today", percent: 45 }, { id: "b", name: "With a question", percent: 45 }],
    holdout: 10,
    scaling: "byHand",
  },
};

/** The same, and everybody gets one of them. */
export const HALVES = {
  experiment: {
    ...TWO_TREATMENTS.experiment,
    treatments: TWO_TREATMENTS.experiment.treatments.map((treatment) => ({ ...treatment, percent: 50 })),
    holdout: 0,
  },
};

/** A rule, and the main content for everybody else. */
export const ONE_RULE = {
  targeting: {
    targets: [{ id: "r1", name: "Gold", rule: { any: false, tests: [{ path: "profile.tier", kind: "is", value: "gold" }] } }],
    fallback: true,
  },
};

/** Says which variants a campaign has, by the field that works without a program. */
export async function setVariants(page: Page, campaign: string, variants: object): Promise<void> {
  await page.goto(`/dev/campaigns/${campaign}/edit?step=action`);
  await page.getByText(text("variants.as_json"), { exact: true }).first().click();
  await field(page, text("variants.as_json")).fill(JSON.stringify(variants));
  await page.getByRole("button", { name: text("wizard.save_and_continue") }).click();
  await expect(contents(page)).toBeVisible();
}

/** The links to the contents. */
export function contents(page: Page): Locator {
  return page.getByRole("navigation", { name: text("variants.contents") });
}

export function link(page: Page, name: string): Locator {
  return contents(page).getByRole("link", { name: new RegExp(`^${name}`) });
}

/** Opens the content of a variant. */
export async function openContent(page: Page, name: string): Promise<void> {
  await link(page, name).click();
  await expect(link(page, name)).toHaveAttribute("aria-current", "true");
}

/** Gives the open variant a content of its own. */
export async function writeOwn(page: Page): Promise<void> {
  await hydrated(page);
  await page.getByRole("button", { name: text("variants.write_own") }).click();
  await expect(field(page, text("content_step.subject"))).toBeVisible();
}

/** Saves the open content and stays. */
export async function saveContent(page: Page): Promise<void> {
  await page.getByRole("button", { name: text("wizard.save"), exact: true }).click();
  await expect(page.getByText(text("wizard.not_saved"))).toHaveCount(0);
}
