// From generated keys to a notification that a push service of another make decrypts.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

import { choice, expect, field, hydrated, signIn, test, violations } from "../support/page.ts";
import { LIVE_SANDBOX, addUser, apply, callApi, createClient } from "../support/seed.ts";
import { freePort } from "../support/hermod.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

/** npm `web-push-testing`: makes subscriptions, checks the VAPID token and decrypts what comes. */
class PushService {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<PushService> {
    const port = await freePort();
    const script = resolve(import.meta.dirname, "../node_modules/web-push-testing/src/bin/server.js");
    const child = spawn(process.execPath, [script, String(port)], { stdio: "ignore" });
    const service = new PushService(child, `http://127.0.0.1:${port}`);
    await expect.poll(() => service.answers()).toBe(true);
    return service;
  }

  async subscribe(key: string): Promise<Record<string, unknown>> {
    return this.ask("/subscribe", { applicationServerKey: key });
  }

  async notifications(clientHash: unknown): Promise<string[]> {
    const answer = await this.ask("/get-notifications", { clientHash });
    return (answer.messages as string[] | undefined) ?? [];
  }

  async stop(): Promise<void> {
    this.process.kill();
    await once(this.process, "exit");
  }

  private async ask(path: string, body: unknown): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const { data } = (await response.json()) as { data: Record<string, unknown> };
    return data;
  }

  private async answers(): Promise<boolean> {
    return fetch(`${this.url}/status`, { method: "POST" }).then(
      (response) => response.ok,
      () => false,
    );
  }
}

test("a browser that has subscribed gets a notification, and the log says so", async ({ page, hermod }) => {
  const service = await PushService.start();
  await addUser(hermod);
  await apply(hermod, LIVE_SANDBOX);
  const client = await createClient(hermod);
  await signIn(page);

  await page.goto("/dev/settings/configurations/new?channel=push");
  await hydrated(page);
  await field(page, text("configurations.name")).fill("Shop on the web");
  await choice(page, text("configurations.destination")).selectOption("web_push");
  await field(page, "Subject").fill("mailto:shop@example.com");
  await page.getByRole("button", { name: text("providers.keys_generate") }).click();
  const key = field(page, "VAPID public key");
  await expect(key).toHaveValue(/^B[\w-]{86}$/);
  const publicKey = await key.inputValue();
  await page.getByRole("button", { name: text("configurations.create") }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shop on the web" })).toBeVisible();
  await page.getByRole("button", { name: text("configurations.activate"), exact: true }).click();
  await expect(page.getByText(text("configurations.active_meaning"))).toBeVisible();

  const wizard = await Wizard.create(page, "Order on its way");
  await wizard.saveAndContinue("action");
  await hydrated(page);
  await page.getByRole("radio", { name: text("channels.push") }).check();
  await choice(page, text("wizard.configuration")).selectOption({ label: "Shop on the web" });
  await wizard.saveAndContinue("content");
  await hydrated(page);
  await field(page, text("push_step.title")).fill("주문 {{ context.order }}");
  await field(page, text("push_step.body")).fill("It is on its way.");
  await expect(wizard.preview).toContainText("주문");
  expect(await violations(page)).toEqual([]);
  await wizard.saveAndContinue("audience");
  await wizard.saveAndContinue("schedule");
  await wizard.saveAndContinue("review");
  await wizard.activate();
  const campaignId = /cmp_\w+/.exec(page.url())?.[0] ?? "";

  const subscription = await service.subscribe(publicKey);
  const { clientHash, ...token } = subscription;
  const person = { userId: "ann@example.com", namespace: "email" };
  await callApi(hermod, client, "push-tokens", { ...person, platform: "web", token });
  const recipients = [{ type: "external", ...person, context: { order: "1001" } }];
  await callApi(hermod, client, "executions/unitary", { requestId: "push-1", campaignId, recipients });

  await expect.poll(() => service.notifications(clientHash)).toHaveLength(1);
  const [notification = "{}"] = await service.notifications(clientHash);
  expect(JSON.parse(notification)).toMatchObject({ title: "주문 1001", body: "It is on its way." });

  await page.goto("/dev/messages");
  await expect(page.getByRole("row").filter({ hasText: "주문 1001" })).toContainText(text("states.sent"));
  await service.stop();
});
