// From a keystroke in the designer to the preview that shows it, in mails of 30 and of 100 blocks.

import type { Page } from "@playwright/test";

import { DesignerPage } from "../support/designer.ts";
import { expect, signIn, test } from "../support/page.ts";
import { addUser, apply, orderCampaign, shopConfiguration } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const KEYS = 100;

for (const blocks of [30, 100]) {
  test(`a mail of ${blocks} blocks`, async ({ page, hermod }) => {
    await addUser(hermod);
    const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
    await signIn(page);
    const designer = await DesignerPage.open(page, ids.get("Order confirmation") ?? "");
    await designer.startEmpty();
    await designer.part("kind_text").click();
    await designer.part("kind_button").click();
    // Text and button by turns.
    for (let present = 2; present < blocks; present += 1) {
      await designer.part(present % 2 === 0 ? "kind_text" : "kind_button").click();
    }
    const found = (await designer.block("kind_text").count()) + (await designer.block("kind_button").count());
    expect(found).toBe(blocks);
    await designer.block("kind_button").last().click();
    await designer.shown();
    const label = designer.settings.getByLabel(text("designer.label"), { exact: true });
    await label.fill("");
    await label.focus();
    await watch(page);
    const shown: number[] = [];
    const painted: number[] = [];
    for (let key = 0; key < KEYS; key += 1) {
      await page.keyboard.press("abcdefghij".charAt(key % 10));
      const took = await page.evaluate(() => (globalThis as unknown as Watching).took());
      shown.push(took.shown);
      painted.push(took.painted);
    }
    expect(await designer.shown()).toContain("abcdefghijabcdefghij");
    console.log(`preview_${blocks}_blocks_ms_p50 ${percentile(shown, 50)} ms`);
    console.log(`preview_${blocks}_blocks_ms_p95 ${percentile(shown, 95)} ms`);
    console.log(`keystroke_${blocks}_blocks_ms_p95 ${percentile(painted, 95)} ms`);
  });
}

/** What `watch` leaves in the page. */
interface Watching {
  /** Milliseconds from the last key to its letter on the screen, and to the preview that holds it. */
  took(): Promise<{ painted: number; shown: number }>;
}

/** Takes the time of every key, from when the browser got it until the frame of the preview has loaded its new text. */
async function watch(page: Page): Promise<void> {
  await page.evaluate((title) => {
    let pressed = 0;
    let painted = 0;
    let shown = 0;
    const frame = document.querySelector<HTMLIFrameElement>(`iframe[title="${title}"]`);
    document.addEventListener(
      "keydown",
      (event) => {
        [pressed, painted, shown] = [event.timeStamp, 0, 0];
        requestAnimationFrame(() => setTimeout(() => (painted = performance.now())));
      },
      { capture: true },
    );
    frame?.addEventListener("load", () => (shown = performance.now()));
    const took = async () => {
      while (painted === 0 || shown === 0) await new Promise((soon) => setTimeout(soon, 1));
      return { painted: painted - pressed, shown: shown - pressed };
    };
    Object.assign(globalThis, { took });
  }, text("content_step.preview"));
}

function percentile(all: number[], percent: number): string {
  const sorted = [...all].sort((one, other) => one - other);
  return (sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN).toFixed(1);
}
