// What every journey gets: a Hermod and a mail server of its own, and a browser that lets no fault pass in silence.

import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, type Locator, type Page, test as base, expect } from "@playwright/test";

import { Hermod, type Start } from "./hermod.ts";
import { ANN, type Person } from "./seed.ts";
import { SmtpPeer } from "./smtp.ts";
import { text } from "./texts.ts";

export { expect };

/** Faults of all pages of a journey; any that is not tolerated fails it at the end. */
export class Faults {
  readonly seen: string[] = [];
  private readonly tolerated: RegExp[] = [];

  /** For journeys that provoke a fault: lines that match are expected. */
  tolerate(pattern: RegExp): void {
    this.tolerated.push(pattern);
  }

  watch(context: BrowserContext, origin: string): void {
    context.on("console", (message) => {
      // A shown mail may not run anything, Playwright's recorder included; that the browser says so is no fault.
      if (message.text().startsWith("Blocked script execution in 'about:srcdoc'")) return;
      const line = `console ${message.type()}: ${message.text()} (${message.location().url})`;
      const hydration = message.type() === "warning" && /hydrat/i.test(message.text());
      if (message.type() === "error" || hydration) this.seen.push(line);
    });
    context.on("weberror", (error) => this.seen.push(`page error: ${error.error().stack ?? error.error()}`));
    context.on("response", (response) => {
      const own = new URL(response.url()).origin === origin;
      if (own && response.status() >= 500) this.seen.push(`answer ${response.status()}: ${response.url()}`);
    });
  }

  remaining(): string[] {
    return this.seen.filter((line) => !this.tolerated.some((pattern) => pattern.test(line)));
  }
}

interface Journey {
  /** How this journey's Hermod starts: `test.use({ start: { flags: ["--demo"] } })`. */
  start: Start;
  hermod: Hermod;
  smtp: SmtpPeer;
  faults: Faults;
}

export const test = base.extend<Journey>({
  start: [{}, { option: true }],
  hermod: async ({ start }, use, testInfo) => {
    const hermod = await Hermod.onFreshData(start);
    await use(hermod);
    await testInfo.attach("hermod.log", { body: hermod.logs, contentType: "text/plain" });
    await hermod.remove();
  },
  smtp: async ({}, use) => {
    const peer = await SmtpPeer.start();
    await use(peer);
    await peer.stop();
  },
  baseURL: async ({ hermod }, use) => use(hermod.url),
  faults: async ({}, use) => {
    const faults = new Faults();
    await use(faults);
    expect(faults.remaining(), "faults in the browser").toEqual([]);
  },
  context: async ({ context, faults, hermod }, use) => {
    faults.watch(context, new URL(hermod.url).origin);
    await use(context);
  },
});

/** Violations of WCAG 2.1 A and AA, colour contrast included. `leaveOut` names foreign content, such as a shown mail. */
export async function violations(page: Page, leaveOut: string[] = []): Promise<string[]> {
  // Legacy mode: inside the page, without a second one that gathers results of frames. Only what is wrong is told in full.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]);
  for (const selector of leaveOut) axe.exclude(selector);
  const { violations } = await axe.analyze();
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}\n  ${node.target.join(" ")}\n  ${node.failureSummary}`),
  );
}

/** Waits until the page has been hydrated: `frontend` marks the document when its browser half has taken over. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html[data-hydrated]")).toHaveCount(1);
}

/** Signs in with the form, and stands on the list of campaigns. */
export async function signIn(page: Page, person: Person = ANN): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel(text("session.email")).fill(person.email);
  await page.getByLabel(text("session.password")).fill(person.password);
  await page.getByRole("button", { name: text("session.sign_in") }).click();
  await expect(page).toHaveURL(/\/dev\/campaigns$/);
}

/** The text field with this label. */
export function field(within: Page | Locator, label: string): Locator {
  return within.getByRole("textbox", { name: label, exact: true });
}

/** The field with this label that chooses one of a few values. */
export function choice(within: Page | Locator, label: string): Locator {
  return within.getByRole("combobox", { name: label, exact: true });
}
