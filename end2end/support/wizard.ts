// The wizard of a campaign, as a person walks it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { type Locator, type Page, expect } from "@playwright/test";

import { field, hydrated } from "./page.ts";
import type { Client } from "./seed.ts";
import { text } from "./texts.ts";

export type Step = "properties" | "action" | "content" | "audience" | "schedule" | "review" | "trigger";

/** What is typed into the content step. */
export interface Templates {
  subject: string;
  preheader?: string;
  html: string;
}

/** A mail as the preview shows it. */
export interface Shown {
  subject: string;
  html: string;
  text: string;
}

export class Wizard {
  readonly preview: Locator;

  constructor(readonly page: Page) {
    this.preview = page.getByRole("complementary", { name: text("content_step.preview") });
  }

  /** Creates a campaign and stands on its first step. */
  static async create(page: Page, name: string): Promise<Wizard> {
    await page.goto("/dev/campaigns/new");
    await field(page, text("campaigns.name")).fill(name);
    await page.getByRole("button", { name: text("campaigns.create_and_continue") }).click();
    const wizard = new Wizard(page);
    await wizard.isAt("properties");
    return wizard;
  }

  /** Opens a step of a campaign by its address. */
  static async open(page: Page, campaign: string, step: Step): Promise<Wizard> {
    await page.goto(`/dev/campaigns/${campaign}/edit?step=${step}`);
    const wizard = new Wizard(page);
    await wizard.isAt(step);
    return wizard;
  }

  /** The open step; the page is alive unless the journey is one without JavaScript. */
  async isAt(step: Step): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 2, name: text(`wizard.${step}`), exact: true })).toBeVisible();
  }

  /** Goes to a step by the rail. */
  async goTo(step: Step): Promise<void> {
    await this.rail(step).click();
    await this.isAt(step);
  }

  /** The step in the rail; its name ends with how far it is. */
  rail(step: Step): Locator {
    const rail = this.page.getByRole("navigation", { name: text("wizard.steps") });
    return rail.getByRole("link", { name: text(`wizard.${step}`) });
  }

  async saveAndContinue(next: Step): Promise<void> {
    await this.page.getByRole("button", { name: text("wizard.save_and_continue") }).click();
    await this.isAt(next);
  }

  async writeContent(templates: Templates): Promise<void> {
    const { page } = this;
    await hydrated(page);
    await field(page, text("content_step.subject")).fill(templates.subject);
    await field(page, text("content_step.preheader")).fill(templates.preheader ?? "");
    await field(page, text("content_step.html")).fill(templates.html);
  }

  /** From the review step to a live campaign. */
  async activate(): Promise<void> {
    const { page } = this;
    await expect(page.getByText(text("wizard.complete"))).toBeVisible();
    await page.getByRole("button", { name: text("wizard.activate"), exact: true }).click();
    await expect(page.getByText(text("campaigns.live"), { exact: true }).first()).toBeVisible();
  }

  /** The call that the open trigger step shows for cURL. */
  async curlCall(): Promise<string> {
    const code = this.page.getByRole("region", { name: text("trigger.call_in", { language: "cURL" }) });
    return (await code.textContent()) ?? "";
  }

  /** What the preview shows now. */
  async shown(): Promise<Shown> {
    const words = async (selector: string): Promise<string> => (await this.preview.locator(selector).textContent()) ?? "";
    const html = await this.preview.getByTitle(text("content_step.preview")).getAttribute("srcdoc");
    return { subject: (await words(".mail-subject")).trim(), html: html ?? "", text: await words(".mail-text") };
  }
}

/** Runs the call as it was copied, with the client in the environment as the page says. */
export async function runPasted(call: string, client: Client): Promise<unknown> {
  const env = { ...process.env, CLIENT_ID: client.clientId, CLIENT_SECRET: client.clientSecret };
  const { stdout } = await promisify(execFile)("bash", ["-c", call], { env });
  return JSON.parse(stdout);
}
