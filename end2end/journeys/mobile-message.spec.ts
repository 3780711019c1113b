// From a configuration at a provider to a text message that the log calls delivered, as a person does it.

import { choice, expect, field, hydrated, signIn, test, violations } from "../support/page.ts";
import { ACCOUNT, Twilio } from "../support/provider.ts";
import { LIVE_SANDBOX, addUser, apply, createClient } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard, runPasted } from "../support/wizard.ts";

const KIM = "+821012345678";

test("a text message goes over a provider, and its receipt comes into the log", async ({ page, hermod }) => {
  const twilio = await Twilio.start();
  await addUser(hermod);
  await apply(hermod, LIVE_SANDBOX);
  const client = await createClient(hermod);
  await signIn(page);

  await page.goto("/dev/settings/configurations/new?channel=mobile");
  await hydrated(page);
  await field(page, text("configurations.name")).fill("Codes");
  await field(page, text("providers.from_number")).fill("+15005550006");
  await field(page, text("providers.default_region")).fill("KR");
  await choice(page, text("configurations.destination")).selectOption("twilio");
  await field(page, "Account SID").fill(ACCOUNT.sid);
  await page.getByLabel("Auth token").fill(ACCOUNT.token);
  await field(page, "Base URL").fill(twilio.url);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: text("configurations.create") }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Codes" })).toBeVisible();
  await page.getByRole("button", { name: text("configurations.verify"), exact: true }).click();
  await expect(page.getByText(text("configurations.verified"), { exact: true })).toBeVisible();
  await page.getByRole("button", { name: text("configurations.activate"), exact: true }).click();
  await expect(page.getByText(text("configurations.active_meaning"))).toBeVisible();

  const wizard = await Wizard.create(page, "One-time code");
  await wizard.saveAndContinue("action");
  await hydrated(page);
  await page.getByRole("radio", { name: text("channels.mobile") }).check();
  await choice(page, text("wizard.configuration")).selectOption({ label: "Codes" });
  await wizard.saveAndContinue("content");
  await hydrated(page);
  await field(page, text("mobile_step.text")).fill("Your code is {{ context.code }} – tell nobody.");
  await expect(page.getByText(text("mobile_step.unicode"), { exact: true })).toBeVisible();
  await page.getByRole("button", { name: text("mobile_step.plain") }).click();
  await expect(page.getByText(text("mobile_step.gsm"), { exact: true })).toBeVisible();
  await expect(wizard.preview).toContainText("- tell nobody.");
  expect(await violations(page)).toEqual([]);
  await wizard.saveAndContinue("audience");
  await wizard.saveAndContinue("schedule");
  await wizard.saveAndContinue("review");
  await wizard.activate();

  await wizard.goTo("trigger");
  await runPasted((await wizard.curlCall()).replace(/\+\d{8,15}/, KIM), client);

  await expect.poll(() => twilio.messages.length).toBe(1);
  const [message] = twilio.messages;
  expect(message?.get("To")).toBe(KIM);
  expect(message?.get("Body")).toMatch(/^Your code is .+ - tell nobody\.$/);
  const told = { MessageSid: "SM1", MessageStatus: "delivered", To: KIM, From: "+15005550006" };
  await expect.poll(() => twilio.tell(message?.get("StatusCallback") ?? "", told)).toBe(200);

  await page.goto("/dev/messages");
  const row = page.getByRole("row", { name: KIM });
  await expect(row).toContainText(text("states.delivered"));
  await row.getByRole("link", { name: KIM }).click();
  const timeline = page.getByRole("region", { name: text("timeline.title") });
  await expect(timeline.getByText(text("timeline.told_delivered"), { exact: true }).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await twilio.stop();
});
