// From an empty data folder to a mail in somebody's mailbox, as a person does it.

import type { Page } from "@playwright/test";

import { choice, expect, field, hydrated, test } from "../support/page.ts";
import { ANN, type Client } from "../support/seed.ts";
import type { ReceivedMail } from "../support/smtp.ts";
import { text } from "../support/texts.ts";
import { type Shown, Wizard, runPasted } from "../support/wizard.ts";

const TEMPLATES = {
  subject: "주문 {{ context.order.id }}: {{ profile.person.name.firstName }} 님, 고맙습니다",
  preheader: "We pack order {{ context.order.id }} today",
  html: `<h1>안녕하세요, {{ profile.person.name.firstName }} 님</h1>
<p>We have your order {{ context.order.id }}.</p>
<ul>{% for item in context.order.items %}<li>{{ item.name }}: <b>{{ item.price }}</b></li>{% endfor %}</ul>
<p><a href="https://shop.example/orders/{{ context.order.id }}">Look at it</a></p>`,
};

test("from an empty data folder to a mail that says what the preview said", async ({ page, context, smtp }) => {
  await setUp(page);
  await goLive(page);
  await configureSmtp(page, smtp.port);
  const client = await createApiClient(page);

  const wizard = await Wizard.create(page, "Order confirmation");
  const shown = await writeCampaign(wizard);
  await wizard.activate();

  const log = await context.newPage();
  await log.goto("/dev/messages");
  await expect(log.getByText(text("messages.live"))).toBeVisible();
  await expect(log.getByRole("heading", { name: text("messages.none") })).toBeVisible();

  await wizard.goTo("trigger");
  const answer = await runPasted(await wizard.curlCall(), client);
  expect(answer).toMatchObject({ executionId: expect.stringMatching(/^UMA-|^exe_/), requestId: expect.any(String) });

  const mail = await smtp.nextMessage();
  saysWhatThePreviewSaid(mail, shown);
  hasSaneHeaders(mail);
  await showsWhatHappened(log, mail, shown);
});

async function setUp(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page).toHaveURL(/\/set-up$/);
  await field(page, text("session.name")).fill(ANN.name);
  await page.getByLabel(text("session.email")).fill(ANN.email);
  await page.getByLabel(text("session.password")).fill(ANN.password);
  await page.getByRole("button", { name: text("session.create_administrator") }).click();
  await expect(page).toHaveURL(/\/dev\/campaigns$/);
}

async function goLive(page: Page): Promise<void> {
  await page.goto("/dev/settings/sandbox");
  await hydrated(page);
  await expect(page.getByText(text("settings_sandbox.capture_meaning"))).toBeVisible();
  await page.getByRole("button", { name: text("settings_sandbox.to_live") }).click();
  await page.getByRole("dialog").getByRole("button", { name: text("settings_sandbox.to_live") }).click();
  await expect(page.getByText(text("settings_sandbox.live_meaning"))).toBeVisible();
}

async function configureSmtp(page: Page, port: number): Promise<void> {
  await page.goto("/dev/settings/configurations/new");
  const type = (key: string, value: string): Promise<void> => field(page, text(`configurations.${key}`)).fill(value);
  await type("name", "Shop");
  await type("from_name", "책방 Moonlit");
  await type("from_address", "shop@example.com");
  await choice(page, text("configurations.destination")).selectOption("smtp");
  await type("host", "127.0.0.1");
  await type("port", String(port));
  await choice(page, text("configurations.security")).selectOption("none");
  await page.getByRole("button", { name: text("configurations.create") }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shop" })).toBeVisible();

  await page.getByRole("button", { name: text("configurations.verify"), exact: true }).click();
  await expect(page.getByText(text("configurations.verified"), { exact: true })).toBeVisible();
  await page.getByText(text("configurations.transcript"), { exact: true }).click();
  const transcript = page.getByRole("region", { name: text("configurations.transcript") });
  await expect(transcript).toContainText(/220 .*ESMTP/);

  await page.getByRole("button", { name: text("configurations.activate"), exact: true }).click();
  await expect(page.getByText(text("configurations.active_meaning"))).toBeVisible();
}

async function createApiClient(page: Page): Promise<Client> {
  await page.goto("/dev/settings/api-clients");
  await field(page, text("api_clients.name")).fill("Web shop");
  await page.getByRole("button", { name: text("api_clients.create") }).click();
  const secret = page.getByRole("region", { name: text("api_clients.created") });
  await expect(secret.getByRole("code")).toHaveCount(2);
  const [clientId = "", clientSecret = ""] = await secret.getByRole("code").allTextContents();
  expect(clientId).not.toBe("");
  expect(clientSecret).not.toBe("");
  await secret.getByRole("button", { name: text("api_clients.secret_kept") }).click();
  await expect(page.getByRole("rowheader", { name: "Web shop" })).toBeVisible();
  return { clientId, clientSecret };
}

/** Steps 1 to 5. Gives what the preview shows of the stored content. */
async function writeCampaign(wizard: Wizard): Promise<Shown> {
  const { page } = wizard;
  await field(page, text("wizard.description")).fill("Sent by the shop after each order.");
  await wizard.saveAndContinue("action");
  await choice(page, text("wizard.configuration")).selectOption({ label: "Shop" });
  await wizard.saveAndContinue("content");
  await wizard.writeContent(TEMPLATES);
  await followsTyping(wizard);
  const shown = await wizard.shown();
  await wizard.saveAndContinue("audience");
  await wizard.saveAndContinue("schedule");
  await wizard.saveAndContinue("review");
  return shown;
}

/** The preview is drawn in the browser: values that are typed are shown, emptied ones are called missing. */
async function followsTyping(wizard: Wizard): Promise<void> {
  const subject = wizard.preview.locator(".mail-subject");
  const order = field(wizard.preview, "context.order.id");
  const proposed = await order.inputValue();
  await expect(subject).toContainText("주문 1001:");
  await order.fill("7-ㄱ");
  await expect(subject).toContainText("주문 7-ㄱ:");
  await order.fill("");
  await expect(subject).toContainText("⟦context.order.id⟧");
  await order.fill(proposed);
  await expect(subject).toContainText("주문 1001:");
}

function saysWhatThePreviewSaid(mail: ReceivedMail, shown: Shown): void {
  const lines = (written: string): string => written.replaceAll("\r\n", "\n").trimEnd();
  expect(mail.parsed.subject).toBe(shown.subject);
  expect(lines(mail.parsed.html || "")).toBe(lines(shown.html));
  expect(lines(mail.parsed.text ?? "")).toBe(lines(shown.text));
  expect(shown.html).toContain("안녕하세요");
  expect(shown.html).toMatch(/<li>[^<]+: <b>[^<]+<\/b><\/li>/);
}

function hasSaneHeaders(mail: ReceivedMail): void {
  const { parsed } = mail;
  expect(mail.from).toBe("shop@example.com");
  expect(mail.to).toHaveLength(1);
  expect(parsed.from?.value).toEqual([{ address: "shop@example.com", name: "책방 Moonlit" }]);
  expect(parsed.headerLines.filter((line) => line.key === "to")).toHaveLength(1);
  expect(parsed.messageId).toMatch(/^<[^<>\s]+@[^<>\s]+>$/);
  expect(Math.abs((parsed.date?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  const longest = Math.max(...mail.raw.toString("latin1").split("\r\n").map((line) => line.length));
  expect(longest, "bytes of the longest line").toBeLessThanOrEqual(998);
  expect(mail.raw.every((byte) => byte < 128), "is sent as ASCII").toBe(true);
}

/** The list that was open since before the call has the row; its page has the timeline with the server's own words. */
async function showsWhatHappened(log: Page, mail: ReceivedMail, shown: Shown): Promise<void> {
  const row = log.getByRole("row", { name: mail.to[0] });
  await expect(row).toContainText(text("states.sent"));
  await row.getByRole("link", { name: mail.to[0] }).click();
  await expect(log.getByRole("heading", { level: 1, name: mail.to[0] })).toBeVisible();
  const timeline = log.getByRole("region", { name: text("timeline.title") });
  for (const step of [
    text("timeline.accepted", { client: "Web shop" }),
    text("timeline.checks_passed"),
    text("timeline.rendered"),
    text("timeline.attempt", { number: 1, outcome: text("states.accepted") }),
  ]) {
    await expect(timeline.getByText(step, { exact: true })).toBeVisible();
  }
  await expect(timeline).toContainText(/250 .*OK/i);
  const message = log.getByRole("region", { name: text("messages.mail") });
  await expect(message.getByText(shown.subject, { exact: true })).toBeVisible();
  // Links of it open in a window of their own.
  await expect(message.getByTitle(text("messages.tab_html"))).toHaveAttribute("srcdoc", `<base target="_blank">${shown.html}`);
}
