// Whoever gets marketing leaves or chooses by the links of the mail: without JavaScript, in English and Korean, and for
// everybody's eyes and hands.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Browser } from "@playwright/test";

import type { Hermod } from "../support/hermod.ts";
import { expect, field, signIn, test, violations } from "../support/page.ts";
import { LIVE_SANDBOX, addUser, apply, callApi, createClient } from "../support/seed.ts";
import type { SmtpPeer } from "../support/smtp.ts";
import { text } from "../support/texts.ts";

const READER = "reader@example.com";

/** A marketing mail to a person who opted in; gives the addresses of its links by their words. */
async function letter(hermod: Hermod, smtp: SmtpPeer): Promise<Map<string, string>> {
  const list = join(hermod.dataFolder, "readers.jsonl");
  await writeFile(list, `${JSON.stringify({ userId: READER })}\n`);
  const flags = ["--sandbox", "dev", "--name", "Readers", "--opted-in", "Newsletter form", list];
  await hermod.command(["audience", "import", ...flags]);
  const ids = await apply(
    hermod,
    LIVE_SANDBOX,
    `kind: channel-configuration
name: News
category: marketing
status: active
fromName: Book shop
fromAddress: shop@example.com
transport: { kind: smtp, host: 127.0.0.1, port: ${smtp.port}, security: none }
`,
    `kind: campaign
name: Letter
category: marketing
configuration: News
status: live
audience: { name: Readers }
content:
  subject: Letter
  html: '<a href="{{ unsubscribe_url }}">leave</a> <a href="{{ preferences_url }}">choose</a>'
`,
  );
  const client = await createClient(hermod);
  await callApi(hermod, client, "executions/audience", { campaignId: ids.get("Letter") });
  const html = String((await smtp.nextMessage()).parsed.html);
  return new Map([...html.matchAll(/href="([^"]+)">(\w+)</g)].map(([, url, word]) => [word ?? "", url ?? ""]));
}

/** The topic `New books`, made in an English console. */
async function offerTopic(browser: Browser, hermod: Hermod): Promise<void> {
  await addUser(hermod);
  const context = await browser.newContext({ baseURL: hermod.url, locale: "en-GB", javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page);
  await page.goto("/dev/people/topics");
  await field(page, text("topics.name_en")).fill(TOPIC.en);
  await field(page, text("topics.name_ko")).fill(TOPIC.ko);
  await page.getByRole("button", { name: text("topics.create") }).click();
  await expect(page.getByRole("row", { name: TOPIC.en })).toBeVisible();
  await context.close();
}

const WORDS = {
  en: { leave: "Unsubscribe", left: "You are unsubscribed", back: "I want them after all", choose: "Choose what you get" },
  ko: { leave: "수신 거부", left: "수신 거부되었습니다", back: "다시 받겠습니다", choose: "받을 메일 고르기" },
} as const;

const CHOICES = {
  en: { title: "Your choices", channel: /Marketing emails/, save: "Save my choices", saved: "Your choices are saved." },
  ko: { title: "수신 설정", channel: /마케팅 이메일/, save: "설정 저장", saved: "설정을 저장했습니다." },
} as const;

const EVERYTHING = { en: "Unsubscribe from everything", ko: "모두 수신 거부" } as const;
const TOPIC = { en: "New books", ko: "새 책" } as const;

for (const language of ["en", "ko"] as const) {
  test.describe(`in the language ${language}`, () => {
    test.use({ javaScriptEnabled: false, locale: language === "en" ? "en-GB" : "ko-KR" });

    test("a reader leaves with one button, comes back with another, and finds the choices", async ({ page, hermod, smtp }) => {
      const words = WORDS[language];
      const links = await letter(hermod, smtp);
      await page.goto(links.get("leave") ?? "");
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.getByText("r•••@example.com")).toBeVisible();
      await page.getByRole("button", { name: words.leave }).click();
      await expect(page.getByRole("heading", { level: 1, name: words.left })).toBeVisible();
      await page.getByRole("button", { name: words.back }).click();
      await expect(page.getByRole("button", { name: words.leave })).toBeVisible();
      await page.getByRole("link", { name: words.choose }).click();
      await expect(page.getByRole("heading", { level: 1, name: CHOICES[language].title })).toBeVisible();
    });

    test("a reader chooses topics with the keyboard, and leaves everything", async ({ browser, page, hermod, smtp }) => {
      const words = CHOICES[language];
      // First: a server that was asked keeps for a second that its sandbox captures.
      const links = await letter(hermod, smtp);
      await offerTopic(browser, hermod);
      await page.goto(links.get("choose") ?? "");
      const channel = page.getByRole("checkbox", { name: words.channel });
      const topic = page.getByRole("checkbox", { name: TOPIC[language] });
      await expect(channel).toBeChecked();
      await expect(topic).toBeChecked();
      await topic.focus();
      await page.keyboard.press("Space");
      await page.getByRole("button", { name: words.save }).press("Enter");
      await expect(page.getByRole("status")).toHaveText(words.saved);
      await expect(topic).not.toBeChecked();
      await expect(channel).toBeChecked();
      await page.getByRole("button", { name: EVERYTHING[language] }).click();
      await expect(channel).not.toBeChecked();
    });
  });

  test(`nothing on the pages of a reader stands in anybody's way (${language})`, async ({ browser, page, hermod, smtp }) => {
    const links = await letter(hermod, smtp);
    const locale = language === "en" ? "en-GB" : "ko-KR";
    for (const colorScheme of ["light", "dark"] as const) {
      // Axe runs inside the page, so that this context has JavaScript; the pages use none.
      const context = await browser.newContext({ locale, colorScheme, bypassCSP: true });
      const reader = await context.newPage();
      for (const link of links.values()) {
        await reader.goto(link);
        expect(await violations(reader)).toEqual([]);
      }
      await context.close();
    }
    expect(page.url()).toBe("about:blank");
  });
}

test("somebody here looks up what a reader said and enters what they were told", async ({ page, hermod, smtp }) => {
  await addUser(hermod);
  await letter(hermod, smtp);
  await signIn(page);
  await page.goto(`/dev/people/consent?channel=email&address=${encodeURIComponent(READER)}`);
  await expect(page.getByText(text("consent.source_import")).first()).toBeVisible();
  await page.getByLabel(text("consent.reason")).fill("Told us on the phone");
  await page.getByRole("button", { name: text("consent.enter") }).click();
  await expect(page.getByText("Told us on the phone", { exact: true })).toBeVisible();
  await expect(page.getByText(text("consent.choice_out")).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
